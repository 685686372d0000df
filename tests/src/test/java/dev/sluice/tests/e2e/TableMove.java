package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.compare.JournalReader;
import dev.sluice.tests.compare.MarkerPassage;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.Stack;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A move of tables of the test's own by one Sluice process, between any servers. Closing it ends
 * the process and removes the workflow. Not thread-safe.
 */
final class TableMove implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stack stack;
  private final SluiceProcess process;
  private final String workflow;
  private boolean created;

  /**
   * Starts the process.
   *
   * @param settings of a server with all roles
   */
  TableMove(Stack stack, SluiceProcess.Settings settings, String workflow) {
    this.stack = stack;
    this.workflow = workflow;
    this.process = SluiceProcess.start(settings).awaitUp();
  }

  SluiceClient client() {
    return process.client();
  }

  /** The body that creates the workflow. */
  Map<String, Object> spec(List<String> tables, Map<String, String> vindexColumns) {
    Map<String, Object> vindexes = new HashMap<>();
    vindexColumns.forEach(
        (table, column) -> vindexes.put(table, Map.of("column", column, "type", "sha256")));
    Map<String, Object> spec = new HashMap<>();
    spec.put("name", workflow);
    spec.put("source", "commerce");
    spec.put("target", "customer");
    spec.put("tables", tables);
    spec.put("vindexes", vindexes);
    spec.put("options", Map.of("copy.slice", "1s"));
    return spec;
  }

  /** Creates the workflow; the server may not have its controller yet. */
  SluiceClient.Answer create(Map<String, Object> spec) {
    SluiceClient.Answer[] answer = new SluiceClient.Answer[1];
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> {
              answer[0] = client().create(spec);
              return answer[0].code() != 503;
            });
    created = answer[0].ok();
    return answer[0];
  }

  JsonNode status() {
    return client().status(workflow).body();
  }

  void awaitState(String state) {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(
              () -> {
                String now = status().path("state").asText();
                if (now.equals("error") && !state.equals("error")) {
                  throw new AssertionError(status().toPrettyString());
                }
                return now.equals(state);
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          "never came: " + state + "\n" + status().toPrettyString() + "\n" + process.logTail(), e);
    }
  }

  /** Everything committed on the sources so far is on the targets. */
  void awaitMarker(List<ShardToCompare> sources, List<ShardToCompare> targets) throws Exception {
    KafkaSettings kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    JournalReader reader =
        new JournalReader(
            kafka, new ConfluentSchemaIds(new RegistrySettings(stack.registry().url(), Map.of())));
    String journal = TopicNames.of(workflow, Direction.FORWARD).journal();
    MarkerPassage.Outcome outcome =
        new MarkerPassage(workflow, journal, reader, sources, targets).run(Duration.ofSeconds(90));
    assertThat(outcome.passed())
        .as("%s; %s%n%s", outcome.detail(), status().toPrettyString(), process.logTail())
        .isTrue();
  }

  void cancel() {
    SluiceClient.Answer answer = client().act(workflow, "cancel", "end of a test");
    assertThat(answer.ok()).as("cancel: %s", answer.body()).isTrue();
    awaitState("cancelled");
    created = false;
  }

  @Override
  public void close() throws Exception {
    if (process.isAlive()) {
      process.kill();
    }
    if (created) {
      new ControlTopics(stack).forget(workflow);
    }
  }
}
