package dev.sluice.schemas.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What of a topic's records counts. */
class WorkflowDirectoryTest {

  private final WorkflowDirectory directory =
      new WorkflowDirectory(
          new KafkaSettings("127.0.0.1:1", Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES));
  private long offset;

  private void read(String key, String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    directory.read(new ConsumerRecord<>(TopicNames.WORKFLOWS, 0, offset++, key, bytes));
  }

  private static String in(WorkflowState state) {
    WorkflowSpec spec =
        new WorkflowSpec(
            "move",
            "commerce",
            "customer",
            List.of("t"),
            false,
            List.of(),
            Map.of(),
            WorkflowOptions.defaults());
    WorkflowRecord record =
        new WorkflowRecord("uuid", spec, state, null, Instant.EPOCH, List.of(), 1, null, null);
    return new String(SluiceJson.write(record), StandardCharsets.UTF_8);
  }

  /** Else a standby of an older version would undo a change that is committed. */
  @Test
  void aRecordThatCannotBeReadLeavesNoOlderOneInForce() {
    read("move", in(WorkflowState.SWITCHING));
    assertThat(directory.find("move")).isPresent();
    directory.requireReadable();

    read("move", in(WorkflowState.SWITCHED).replace("\"switched\"", "\"switched_somehow\""));

    assertThat(directory.find("move")).isEmpty();
    assertThat(directory.records()).isEmpty();
    assertThat(directory.unreadable()).containsExactly("move");
    assertThatThrownBy(directory::requireReadable)
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.RECORD_UNREADABLE);
              assertThat(e.getMessage()).contains("[move]");
            });

    read("move", in(WorkflowState.SWITCHED));
    assertThat(directory.find("move").orElseThrow().state()).isEqualTo(WorkflowState.SWITCHED);
    directory.requireReadable();
  }

  @Test
  void aTombstoneEndsWhatThisVersionCannotRead() {
    read("move", "{\"uuid\":\"u\",\"state\":\"later\"}");
    read("other", in(WorkflowState.RUNNING));
    assertThat(directory.unreadable()).containsExactly("move");
    assertThat(directory.find("other")).isPresent();
    read("move", null);
    directory.requireReadable();
  }

  /** Nobody has decided anything by it. */
  @Test
  void aMistakeWithAKafkaToolIsLeftAlone() {
    read("move", in(WorkflowState.RUNNING));
    for (String mistake :
        List.of("{", "hello", "[]", "{}", "", "null", "{\"state\":\"running\"}")) {
      read("move", mistake);
      read("other", mistake);
    }
    assertThat(directory.records()).hasSize(1);
    assertThat(directory.find("move").orElseThrow().state()).isEqualTo(WorkflowState.RUNNING);
    directory.requireReadable();
  }

  /** Whoever does not know the epoch would draw one that somebody has. */
  @Test
  void anEpochThatCannotBeReadCountsAsWell() {
    read(ControllerEpoch.KEY, "{\"controllerEpoch\":\"next\"}");
    assertThatThrownBy(directory::requireReadable).hasMessageContaining(ControllerEpoch.KEY);
  }
}
