package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.kafka.TopicSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.work.WorkMembership;
import dev.sluice.schemas.work.WorkPartitions;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import dev.sluice.schemas.workflow.WorkflowStore;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A process of an older version among newer ones, as a rolling upgrade has it. */
@Tag("control")
@ExtendWith(SharedStack.class)
class UnreadableRecordTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private KafkaSettings kafka;

  private WorkflowRecord record(String workflow) {
    return new WorkflowRecord(
        "uuid-" + workflow,
        new WorkflowSpec(
            workflow, "commerce", "customer", List.of("t"), false, List.of(), Map.of(), null),
        WorkflowState.CANCELLED,
        null,
        Instant.now(),
        List.of(),
        1,
        null,
        null);
  }

  private void write(String key, String value) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(TopicNames.WORKFLOWS, key, value)).get();
    }
  }

  @Test
  void whoCannotReadARecordFencesNobodyAndDecidesNothing(Stack stack, StackScope scope)
      throws Exception {
    kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    try (TopicAdmin admin = new TopicAdmin(kafka, TopicSettings.brokerDefault())) {
      admin.ensureControlTopics();
    }
    String workflow = scope.workflow();
    String later =
        new String(SluiceJson.write(record(workflow)), StandardCharsets.UTF_8)
            .replace("\"cancelled\"", "\"a_state_of_later\"");
    try (WorkflowDirectory newer = new WorkflowDirectory(kafka).start();
        WorkflowDirectory older = new WorkflowDirectory(kafka).start();
        WorkflowStore active = WorkflowStore.open(kafka, newer)) {
      active.write(record(workflow));
      write(workflow, later);

      assertThatThrownBy(() -> WorkflowStore.open(kafka, older))
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.RECORD_UNREADABLE));
      assertThat(older.find(workflow)).isEmpty();
      // was not fenced, and what it writes can be read again
      active.write(record(workflow));
      older.awaitEnd(LIMIT);
      older.requireReadable();
    } finally {
      write(workflow, null);
    }
  }

  @Test
  void whoCannotDoTheWorkLeavesItToOthers(Stack stack) throws Exception {
    kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    try (TopicAdmin admin = new TopicAdmin(kafka, TopicSettings.brokerDefault())) {
      admin.ensureControlTopics();
    }
    AtomicBoolean fit = new AtomicBoolean(true);
    Owner first = new Owner();
    Owner second = new Owner();
    try (WorkMembership older = new WorkMembership(kafka, "fitness", first, fit::get).start()) {
      await().atMost(LIMIT).until(() -> first.owned.contains(WorkPartitions.CONTROLLER));
      try (WorkMembership newer = new WorkMembership(kafka, "fitness", second).start()) {
        fit.set(false);
        await()
            .atMost(LIMIT)
            .until(() -> first.owned.isEmpty() && second.owned.contains(WorkPartitions.CONTROLLER));
        assertThat(older.joined()).isFalse();
        assertThat(newer.joined()).isTrue();
      }
      fit.set(true);
      await().atMost(LIMIT).until(() -> first.owned.contains(WorkPartitions.CONTROLLER));
    }
  }

  /** Remembers what is its own. */
  private static final class Owner implements WorkMembership.Listener {

    private final Set<Integer> owned = ConcurrentHashMap.newKeySet();

    @Override
    public void assigned(Set<Integer> partitions) {
      owned.addAll(partitions);
    }

    @Override
    public void revoked(Set<Integer> partitions) {
      owned.removeAll(partitions);
    }
  }
}
