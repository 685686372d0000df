package dev.sluice.tests.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.kafka.TopicSettings;
import dev.sluice.schemas.routing.RouterAckWriter;
import dev.sluice.schemas.routing.RouterAcks;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingRulesFollower;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import dev.sluice.schemas.workflow.WorkflowStore;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rules on a real broker: all tables flip at once, with the workflow's record. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class RoutingRulesTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int ROUNDS = 10;

  private final List<String> tables =
      IntStream.range(0, 100).mapToObj(i -> "routed" + i).collect(Collectors.toList());
  private KafkaSettings kafka;
  private String workflow;

  private RoutingChange to(String keyspace) {
    return RoutingChange.open(names(), EnumSet.allOf(TabletType.class), keyspace, workflow);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(tables);
    for (String table : tables) {
      names.add("commerce." + table);
      names.add("customer." + table);
    }
    return names;
  }

  private WorkflowRecord record(WorkflowState state) {
    return new WorkflowRecord(
        "uuid-" + workflow,
        new WorkflowSpec(
            workflow, "commerce", "customer", tables, false, List.of(), Map.of(), null),
        state,
        null,
        Instant.now(),
        List.of(),
        1,
        null,
        null);
  }

  @Test
  void allTablesFlipAtOnceAndRoutersAcknowledge(Stack stack, StackScope scope) throws Exception {
    kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    workflow = scope.workflow();
    try (TopicAdmin admin = new TopicAdmin(kafka, TopicSettings.brokerDefault())) {
      admin.ensureControlTopics();
    }
    writeWhatNobodyCanRead();
    try (WorkflowDirectory directory = new WorkflowDirectory(kafka).start();
        WorkflowStore store = WorkflowStore.open(kafka, directory);
        RoutingRulesFollower follower = new RoutingRulesFollower(kafka).start()) {
      store.write(record(WorkflowState.CREATED), to("commerce"));
      follower.awaitEnd(LIMIT);
      List<RoutingTable> seen = new CopyOnWriteArrayList<>(List.of(follower.table()));
      follower.addListener(seen::add);

      for (int round = 0; round < ROUNDS; round++) {
        boolean there = round % 2 == 0;
        store.write(
            record(there ? WorkflowState.SWITCHED : WorkflowState.RUNNING),
            to(there ? "customer" : "commerce"));
        assertThat(store.routing().of(workflow)).hasSize(tables.size() * 9);
      }
      long epoch = store.routing().rulesEpoch();
      // the table is there a moment before the listeners hear of it
      Awaitility.await().atMost(LIMIT).until(() -> seen.get(seen.size() - 1).rulesEpoch() == epoch);
      assertThat(follower.table().rulesEpoch()).isEqualTo(epoch);
      assertThat(seen).hasSize(ROUNDS + 1);
      for (RoutingTable table : seen) {
        assertThat(keyspaces(table)).as("epoch %s", table.rulesEpoch()).hasSize(1);
        assertThat(table.of(workflow)).hasSize(tables.size() * 9);
      }
      acknowledged(store);
      aNewFollowerKnowsTheSame(store);
      removed(store);
      // controllers of other tests leave it alone
      store.write(record(WorkflowState.CANCELLED));
    }
  }

  private List<String> keyspaces(RoutingTable table) {
    return table.of(workflow).stream().map(RoutingRule::toKeyspace).distinct().toList();
  }

  /** Somebody's mistake with a Kafka tool keeps nobody from what follows. */
  private void writeWhatNobodyCanRead() {
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (String topic : List.of(TopicNames.WORKFLOWS, TopicNames.ROUTING_RULES)) {
        producer.send(new ProducerRecord<>(topic, workflow + "-unreadable", "{"));
      }
    }
  }

  /** Nobody there: nobody is waited for. A router that is there is waited for until it says so. */
  private void acknowledged(WorkflowStore store) throws Exception {
    try (RouterAcks acks = new RouterAcks(kafka).start()) {
      store.write(
          record(WorkflowState.SWITCHING),
          RoutingChange.hold(
              names(),
              EnumSet.of(TabletType.PRIMARY),
              "commerce",
              Instant.now().plusSeconds(10),
              workflow));
      long hold = store.routing().rulesEpoch();
      assertThat(store.routing().rule(tables.get(0), TabletType.PRIMARY).orElseThrow().state())
          .isEqualTo(RoutingRule.State.HOLD);
      assertThat(store.routing().rule(tables.get(0), TabletType.REPLICA).orElseThrow().state())
          .isEqualTo(RoutingRule.State.OPEN);
      String name = "router-" + workflow;
      assertThat(acks.behind(hold)).doesNotContain(name);
      try (RouterAckWriter router = new RouterAckWriter(kafka, name)) {
        router.acknowledge(hold - 1);
        Awaitility.await().atMost(LIMIT).until(() -> acks.behind(hold).contains(name));
        assertThat(acks.await(hold, Duration.ofMillis(50))).contains(name);
        router.acknowledge(hold);
        assertThat(acks.await(hold, LIMIT)).isEmpty();
        router.acknowledge(hold - 1);
        Awaitility.await().atMost(LIMIT).until(() -> acks.behind(hold).contains(name));
      }
      assertThat(acks.await(hold, LIMIT)).isEmpty();
    }
  }

  private void aNewFollowerKnowsTheSame(WorkflowStore store) throws Exception {
    try (RoutingRulesFollower late = new RoutingRulesFollower(kafka).start()) {
      late.awaitEnd(LIMIT);
      assertThat(late.table()).isEqualTo(store.routing());
    }
  }

  private void removed(WorkflowStore store) throws Exception {
    try (RoutingRulesFollower follower = new RoutingRulesFollower(kafka).start()) {
      follower.awaitEnd(LIMIT);
      List<String> keys =
          new ArrayList<>(store.routing().of(workflow).stream().map(RoutingRule::key).toList());
      keys.add("nothing@primary");
      RoutingTable left = store.removeRules(keys);
      assertThat(left.of(workflow)).isEmpty();
      Awaitility.await().atMost(LIMIT).until(() -> follower.table().equals(left));
      assertThat(store.removeRules(keys)).isEqualTo(left);
    }
  }
}
