package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.MysqlServer;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The calls about VDiffs of one workflow, as anybody from outside makes them. Not thread-safe. */
final class VDiffCalls {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Set<String> OVER = Set.of("completed", "stopped", "error");

  private final Supplier<SluiceClient> client;
  private final String workflow;
  private final Supplier<String> logs;

  VDiffCalls(Supplier<SluiceClient> client, String workflow, Supplier<String> logs) {
    this.client = client;
    this.workflow = workflow;
    this.logs = logs;
  }

  /**
   * Changes rows of a shard behind everybody's back: without the binary log, no stream takes the
   * change to the other side.
   */
  static void plant(MysqlServer server, String schema, String... statements) throws SQLException {
    try (Connection connection = Side.on(server, schema).openUtc();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_log_bin = 0");
      statement.execute("SET @sluice_applier = 1");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Creates one; answers its UUID. */
  String create(Map<String, ?> body) {
    SluiceClient.Answer answer = client.get().act(workflow, "vdiffs", body);
    assertThat(answer.code()).as("%s", answer.body()).isEqualTo(202);
    return answer.body().path("uuid").asText();
  }

  JsonNode show(String uuid) {
    return client.get().get("/v1/workflows/" + workflow + "/vdiffs/" + uuid).body();
  }

  SluiceClient.Answer act(String uuid, String action) {
    return client.get().act(workflow, "vdiffs/" + uuid + "/" + action, "a test");
  }

  /** Waits until it is completed. */
  JsonNode completed(String uuid) {
    JsonNode[] last = new JsonNode[1];
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(
              () -> {
                last[0] = show(uuid);
                return OVER.contains(last[0].path("state").asText());
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("never over: " + last[0].toPrettyString() + logs.get(), e);
    }
    assertThat(last[0].path("state").asText())
        .as("%s%n%s", last[0].toPrettyString(), logs.get())
        .isEqualTo("completed");
    return last[0];
  }

  /** Creates one of everything and waits until it is completed. */
  JsonNode run() {
    return completed(create(Map.of("reason", "a test")));
  }
}
