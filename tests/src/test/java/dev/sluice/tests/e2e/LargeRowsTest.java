package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows near and above {@code topics.record.max-bytes}: carried whole, or named. */
@Tag("soak")
@ExtendWith(SharedStack.class)
class LargeRowsTest {

  private static final int MEGABYTE = 1 << 20;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void blobsOfSixtyMegabytesAreCarriedWhereRecordsAndPacketsMayBeSoLarge(
      Stack stack, StackScope scope) throws Exception {
    List<ShardToCompare> sources = Side.source(stack, scope.sourceSchema());
    List<ShardToCompare> targets = Side.target(stack, scope.targetSchema());
    try (TableMove move = start(stack, scope, "80MiB")) {
      run(sources, "CREATE TABLE large (id INT PRIMARY KEY, b LONGBLOB)");
      insert(sources, 1, 60);
      insert(sources, 2, 31);
      create(move);
      // bytes are written in hexadecimal, so the target wants packets of twice the size
      move.awaitState("error");
      JsonNode error = move.status().path("error");
      assertThat(error.path("code").asText()).as("%s", error).isEqualTo("ROW_TOO_LARGE");
      assertThat(error.path("remedy").asText()).contains("max_allowed_packet");
      packets(stack, Integer.toString(256 * MEGABYTE));
      assertThat(move.client().act(scope.workflow(), "start", "larger packets").code())
          .isEqualTo(202);
      move.awaitState("running");
      insert(sources, 3, 60);
      insert(sources, 4, 33);
      move.awaitMarker(sources, targets);

      assertThat(HexRows.of(targets, "large")).hasSize(4).isEqualTo(HexRows.of(sources, "large"));
      move.cancel();
    } finally {
      packets(stack, "DEFAULT");
    }
  }

  private static void packets(Stack stack, String bytes) {
    for (String shard : stack.options().targetShards()) {
      stack.target(shard).execute("SET GLOBAL max_allowed_packet = " + bytes);
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aRowAboveTheLimitStopsTheStreamWithTableAndKey(Stack stack, StackScope scope)
      throws Exception {
    List<ShardToCompare> sources = Side.source(stack, scope.sourceSchema());
    try (TableMove move = start(stack, scope, "32MiB")) {
      run(sources, "CREATE TABLE large (id INT PRIMARY KEY, b LONGBLOB)");
      insert(sources, 1, 20);
      create(move);
      move.awaitState("running");
      insert(sources, 4_711, 60);
      move.awaitState("error");

      JsonNode error = move.status().path("error");
      assertThat(error.path("code").asText()).as("%s", error).isEqualTo("ROW_TOO_LARGE");
      assertThat(error.path("message").asText()).contains("large").contains("4711");
      move.cancel();
    }
  }

  private static TableMove start(Stack stack, StackScope scope, String recordBytes) {
    int port = new Ports(0).take();
    String yaml =
        scope
                .serverConfig()
                .withKeepApplied(null)
                .withShardedTables()
                .withHttpListen("127.0.0.1:" + port)
                .yaml()
            + "topics: { record.max-bytes: "
            + recordBytes
            + " }\n";
    return new TableMove(
        stack,
        new SluiceProcess.Settings(
            "large",
            stack.directory().resolve("sluice-" + scope.workflow()),
            yaml,
            port,
            "",
            2_000,
            List.of("-XX:TieredStopAtLevel=1"),
            List.of()),
        scope.workflow());
  }

  private static void create(TableMove move) {
    SluiceClient.Answer answer = move.create(move.spec(List.of("large"), Map.of("large", "id")));
    assertThat(answer.code()).as("%s", answer.body()).isEqualTo(201);
  }

  /** All values of a byte occur, those that need escapes too. */
  private static void insert(List<ShardToCompare> servers, int id, int megabytes)
      throws SQLException {
    run(
        servers,
        "INSERT INTO large VALUES ("
            + id
            + ", REPEAT(RANDOM_BYTES(1024), "
            + megabytes * (MEGABYTE / 1024)
            + "))");
  }

  private static void run(List<ShardToCompare> servers, String sql) throws SQLException {
    try (Connection connection = servers.get(0).connections().openUtc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
