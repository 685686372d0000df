package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a move keeps and for how long: its records in Kafka, the source's binary logs; how fast it
 * copies; and how it begins again. The source is read from its replica.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class RetentionTest {

  private static final SampleSize SIZE = new SampleSize(3_000, 9_000, 100, 5);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aMoveFromAReplicaIsThrottledTrimmedAndBegunAgainAfterItsBinaryLogsAreGone(
      Stack stack, StackScope scope) throws Exception {
    MysqlServer replica = stack.mysql("source/replica");
    try (Move move = Move.of(stack, scope, SIZE, scope.serverConfig().withKeepApplied("1s"), 384)) {
      move.write(60).start(Layout.ALL_IN_ONE);
      move.create(Map.of("auto-start", false, "read-from", "replica", "copy.slice", "500ms"));
      throttled(move);
      move.awaitState("running").awaitWrites(50);

      trimmed(move);
      keptForEver(move);

      // an epoch under which no cut was written is given again
      long cut = stream(move).path("cut").asLong();
      move.awaitThat("another cut", () -> stream(move).path("cut").asLong() > cut);
      long epoch = stream(move).path("captureEpoch").asLong();
      assertThat(act(move, "stop", Map.of())).isEqualTo(202);
      move.awaitThat("stopped units", () -> unitsAre(move, "stopped"));
      move.awaitWrites(30);
      purge(move, replica);
      assertThat(act(move, "start", Map.of())).isEqualTo(202);
      move.awaitState("error");
      assertThat(move.status().path("error").path("code").asText()).isEqualTo("BINLOG_PURGED");
      assertThat(move.status().path("nextSteps").toString()).contains("--recopy");
      assertThat(OperatorFaultsTest.statusVerb(move)).isEqualTo(1);

      assertThat(act(move, "start", Map.of("recopy", true))).isEqualTo(202);
      assertThat(act(move, "start", Map.of("recopy", true))).as("under way").isEqualTo(200);
      move.awaitState("running").awaitWrites(30);
      assertThat(stream(move).path("captureEpoch").asLong()).isGreaterThan(epoch);
      theWayBackHasBegunAgain(move);
      Verdict.bothSidesAreEqual(move);
      move.cancel();
    }
  }

  /** The target was emptied for the new copy: none of that came back. */
  private static void theWayBackHasBegunAgain(Move move) throws Exception {
    ReverseTest.awaitReady(move);
    long id = ReverseTest.BASE;
    ReverseTest.write(move, id, 3);
    move.awaitThat(
        "rows of the target on the source",
        () ->
            TargetWrites.sum(
                    Side.source(move.stack, move.scope.sourceSchema()),
                    "SELECT COUNT(*) FROM customer WHERE customer_id >= " + id)
                == 3);
    ReverseTest.remove(move, id, 3);
    move.awaitThat(
        "their end",
        () ->
            TargetWrites.sum(
                    Side.source(move.stack, move.scope.sourceSchema()),
                    "SELECT COUNT(*) FROM corder WHERE order_id >= " + id)
                == 0);
  }

  private static JsonNode stream(Move move) {
    return move.status().path("streams").path(0);
  }

  /** The throttle is set before the copy begins, is said, and can be lifted while it lasts. */
  private static void throttled(Move move) {
    assertThat(act(move, "throttle", Map.of("maxRowsPerSecond", 200))).isEqualTo(202);
    assertThat(act(move, "throttle", Map.of("maxRowsPerSecond", 200))).as("is so").isEqualTo(200);
    assertThat(act(move, "throttle", Map.of("off", true, "maxLag", "5s"))).isEqualTo(400);
    assertThat(act(move, "start", Map.of())).isEqualTo(202);
    JsonNode[] status = new JsonNode[1];
    // the replica's lag is measured apart, and may be known a little later
    move.awaitThat(
        "a copy that is held back",
        () -> {
          status[0] = move.status();
          return status[0].path("throttled").path("reason").asText().startsWith("rate: 200 rows/s")
              && status[0].path("streams").path(0).path("replicaLagSeconds").isNumber();
        });
    assertThat(status[0].path("throttled").path("on").asBoolean()).isTrue();
    assertThat(status[0].path("throttle").path("maxRowsPerSecond").asLong()).isEqualTo(200);
    assertThat(status[0].path("state").asText()).isEqualTo("copying");
    assertThat(act(move, "throttle", Map.of("off", true))).isEqualTo(202);
  }

  /** What is applied goes, from every partition. */
  private static void trimmed(Move move) {
    KafkaOffsets offsets = new KafkaOffsets(move);
    move.awaitThat(
        "every partition is cut",
        () -> offsets.beginnings().values().stream().allMatch(begin -> begin > 0));
    move.awaitThat(
        "the copy's rows are gone",
        () -> {
          var beginnings = offsets.beginnings();
          return beginnings.entrySet().stream()
                  .filter(p -> offsets.dataTopics().contains(p.getKey().topic()))
                  .mapToLong(Map.Entry::getValue)
                  .sum()
              > SIZE.customers() + SIZE.orders();
        });
  }

  /** A retention that somebody sets is taken back when the move is started again. */
  private static void keptForEver(Move move) throws Exception {
    KafkaOffsets offsets = new KafkaOffsets(move);
    String topic = move.topics().data("corder");
    assertThat(offsets.setting(topic, "retention.ms")).isEqualTo("-1");
    offsets.set(topic, "retention.ms", "86400000");
    offsets.set(move.topics().journal(), "cleanup.policy", "compact");
    assertThat(act(move, "stop", Map.of())).isEqualTo(202);
    assertThat(act(move, "start", Map.of())).isEqualTo(202);
    move.awaitThat(
        "settings are corrected",
        () ->
            offsets.setting(topic, "retention.ms").equals("-1")
                && offsets.setting(move.topics().journal(), "cleanup.policy").equals("delete"));
  }

  /** Takes binary logs away that the stream has not read. */
  static void purge(Move move, MysqlServer server) {
    move.awaitThat(
        "binary logs are purged",
        () -> {
          server.execute("FLUSH BINARY LOGS", "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
          String read = move.status().path("streams").path(0).path("gtidExecuted").asText();
          try (Connection connection = server.connectAsAdmin("");
              Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT GTID_SUBSET(@@GLOBAL.gtid_purged, '" + read + "')")) {
            return row.next() && row.getInt(1) == 0;
          }
        });
  }

  static boolean unitsAre(Move move, String state) {
    JsonNode status = move.status();
    return status.path("streams").findValuesAsText("state").stream().allMatch(state::equals)
        && status.path("appliers").findValuesAsText("state").stream().allMatch(state::equals);
  }

  static int act(Move move, String action, Map<String, ?> body) {
    return move.processes.client().act(move.workflow(), action, body).code();
  }
}
