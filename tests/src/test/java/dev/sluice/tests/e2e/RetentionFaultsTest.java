package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGKILL while records are deleted and while a copy begins again; appliers that do not run. */
@Tag("soak")
@ExtendWith(SharedStack.class)
class RetentionFaultsTest {

  private static final String ALL = Layout.ALL_IN_ONE.processes().get(0);
  private static final double WRITES_PER_SECOND = 60;

  private static Move move(Stack stack, StackScope scope, SampleSize size) throws Exception {
    return Move.of(stack, scope, size, scope.serverConfig().withKeepApplied("1s"), 384);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ControllerPausePoints.TRIM_BEFORE_DATA,
        ControllerPausePoints.TRIM_AFTER_DATA,
        ControllerPausePoints.TRIM_AFTER_JOURNAL
      })
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aProcessKilledWhileItDeletesRecordsIsReplaced(String point, Stack stack, StackScope scope)
      throws Exception {
    try (Move move = move(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND);
      SluiceProcess process = move.processes.start(ALL, point).awaitUp();
      move.create();
      move.awaitPaused(process, point).awaitWrites(30);
      move.processes.replace(ALL).awaitUp();
      move.awaitState("running").awaitWrites(50);
      KafkaOffsets offsets = new KafkaOffsets(move);
      move.awaitThat(
          "every partition is cut",
          () -> offsets.beginnings().values().stream().allMatch(begin -> begin > 0));
      move.awaitWrites(50);

      Verdict.bothSidesAreEqual(move);

      move.cancel();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CapturePausePoints.BEFORE_FIRST_CUT,
        CapturePausePoints.COPY_BEFORE_COMMIT,
        CapturePausePoints.AFTER_MARKER,
        ApplyPausePoints.APPLY_RECOPY_BEFORE_COMMIT,
        ApplyPausePoints.APPLY_RECOPY_PIECE_DELETED,
        ApplyPausePoints.APPLY_RECOPY_EMPTY,
        ControllerPausePoints.TABLES_CREATED
      })
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aProcessKilledWhileTheCopyBeginsAgainIsReplaced(String point, Stack stack, StackScope scope)
      throws Exception {
    try (Move move = move(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create().awaitState("running");
      SluiceProcess process = move.processes.replace(ALL, point).awaitUp();
      move.awaitThat(
          "start --recopy is taken",
          () -> {
            int code = RetentionTest.act(move, "start", Map.of("recopy", true));
            assertThat(code).isIn(200, 202, 409, 503);
            return code == 200 || code == 202;
          });
      move.awaitPaused(process, point).awaitWrites(30);
      move.processes.replace(ALL).awaitUp();
      move.awaitState("running").awaitWrites(50);

      Verdict.bothSidesAreEqual(move);

      move.cancel();
    }
  }

  /** A copy over a copy over a copy, each begun while the one before has hardly ended. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aCopyBeginsAgainAndAgain(Stack stack, StackScope scope) throws Exception {
    try (Move move = move(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND).start(Layout.A_PROCESS_A_ROLE).create();
      for (int i = 0; i < 3; i++) {
        move.awaitState("running").awaitWrites(20);
        assertThat(RetentionTest.act(move, "start", Map.of("recopy", true))).isEqualTo(202);
        assertThat(move.status().path("state").asText()).isIn("created", "copying");
      }
      move.awaitState("running").awaitWrites(50);

      Verdict.bothSidesAreEqual(move);

      move.cancel();
    }
  }

  /** While a limit keeps it long, and before the target's tables have all their indexes. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aFirstCopyBeginsAgainOnDemand(Stack stack, StackScope scope) throws Exception {
    try (Move move = move(stack, scope, new SampleSize(3_000, 9_000, 100, 5))) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE);
      move.create(Map.of("auto-start", false));
      assertThat(RetentionTest.act(move, "throttle", Map.of("maxRowsPerSecond", 100)))
          .isEqualTo(202);
      assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
      move.awaitThat(
          "rows that are copied",
          () -> {
            JsonNode status = move.status();
            return status.path("state").asText().equals("copying")
                && status.path("tables").path(0).path("rowsCopied").asLong() > 0;
          });

      assertThat(RetentionTest.act(move, "start", Map.of("recopy", true))).isEqualTo(202);
      assertThat(RetentionTest.act(move, "start", Map.of("recopy", true)))
          .as("under way")
          .isEqualTo(200);
      move.awaitThat(
          "the copy that begins again",
          () -> move.status().path("state").asText().equals("copying"));
      assertThat(RetentionTest.act(move, "start", Map.of("recopy", true)))
          .as("still under way")
          .isEqualTo(200);
      assertThat(RetentionTest.act(move, "throttle", Map.of("off", true))).isEqualTo(202);
      move.awaitState("running").awaitWrites(30);

      Verdict.bothSidesAreEqual(move);
      move.cancel();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aTableDroppedOnTheTargetIsMadeAndFilledAgain(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = move(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create().awaitState("running");
      stack.target("80-").execute("DROP TABLE `" + scope.targetSchema() + "`.corder");
      move.awaitState("error");
      JsonNode error = move.status().path("error");
      assertThat(error.path("message").asText()).contains("corder");
      assertThat(error.path("remedy").asText()).contains("--recopy");
      assertThat(OperatorFaultsTest.statusVerb(move)).isEqualTo(1);

      assertThat(RetentionTest.act(move, "start", Map.of("recopy", true))).isEqualTo(202);
      move.awaitState("running").awaitWrites(50);

      Verdict.bothSidesAreEqual(move);
      move.cancel();
    }
  }

  /** What stopped appliers have not applied stays, and the copy does not run ahead of them. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aStoppedApplierFindsAllItNeedsAndHoldsTheCopyBack(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = move(stack, scope, new SampleSize(10_000, 60_000, 100, 3))) {
      move.write(WRITES_PER_SECOND);
      move.processes.start("controller");
      move.processes.start("capture");
      move.processes.start("apply");
      move.processes.awaitUp();
      move.create(Map.of("copy.slice", "200ms", "copy.max-backlog-bytes", "1MiB"));
      move.awaitThat(
          "some rows are copied",
          () -> move.status().path("tables").path(0).path("rowsCopied").asLong() > 2_000);
      move.processes.get("apply").kill();
      move.awaitThat(
          "a copy that waits for the appliers",
          () -> move.status().path("throttled").path("reason").asText().startsWith("backlog:"));
      KafkaOffsets offsets = new KafkaOffsets(move);
      move.awaitWrites(200);
      Map<TopicPartition, Long> before = offsets.beginnings();
      move.awaitWrites(600);
      assertThat(offsets.beginnings()).as("nothing goes that is not applied").isEqualTo(before);
      assertThat(move.status().path("state").asText()).isEqualTo("copying");

      move.processes.start("apply").awaitUp();
      move.awaitState("running").awaitWrites(50);

      Verdict.bothSidesAreEqual(move);
      move.cancel();
    }
  }

  /** The replica of a target shard, here any server that replicates, decides with --max-lag. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aReplicaOfATargetThatFallsBehindHoldsTheCopyBack(Stack stack, StackScope scope)
      throws Exception {
    String replica = "source/replica";
    try (Move move =
        Move.of(
            stack,
            scope,
            SampleSize.SMALL,
            scope.serverConfig().withTargetReplica("-80", replica),
            384)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE);
      move.create(Map.of("auto-start", false));
      assertThat(RetentionTest.act(move, "throttle", Map.of("maxLag", "5s"))).isEqualTo(202);
      stack.mysql(replica).execute("STOP REPLICA");
      assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
      move.awaitThat(
          "a copy that waits for the replica",
          () -> move.status().path("throttled").path("reason").asText().startsWith("replica_lag:"));
      SluiceProcess again = move.processes.replace(ALL).awaitUp();
      move.awaitThat(
          "the throttle outlives the process",
          () -> move.status().path("throttled").path("reason").asText().startsWith("replica_lag:"));
      assertThat(again.isAlive()).isTrue();
      assertThat(move.status().path("throttle").path("maxLag").asText()).isEqualTo("5s");

      stack.mysql(replica).execute("START REPLICA");
      move.awaitState("running").awaitWrites(30);

      Verdict.everythingIsEqual(move);
      move.cancel();
    } finally {
      stack.mysql(replica).execute("START REPLICA");
    }
  }

  /** A target that does not answer makes its applier lag; what holds the copy back is live. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void anApplierThatLagsHoldsTheCopyBackUntilTheThrottleSaysOtherwise(Stack stack, StackScope scope)
      throws Exception {
    MysqlServer target = stack.target("80-");
    try (Move move = move(stack, scope, new SampleSize(10_000, 40_000, 100, 3))) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE);
      move.create(Map.of("auto-start", false, "copy.slice", "200ms"));
      Map<String, Object> both = Map.of("maxRowsPerSecond", 1_000, "maxLag", "3s");
      assertThat(RetentionTest.act(move, "throttle", both)).isEqualTo(202);
      assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
      awaitThrottled(move, "rate:");
      target.freeze();
      awaitThrottled(move, "lag:");
      assertThat(move.status().path("state").asText()).isEqualTo("copying");
      // the status may be a second old
      move.awaitWrites(120);
      long before = rowsCopied(move);
      move.awaitWrites(120);
      assertThat(rowsCopied(move)).as("rows copied while an applier lags").isEqualTo(before);

      Map<String, Object> patient = Map.of("maxLag", "1h");
      assertThat(RetentionTest.act(move, "throttle", patient)).isEqualTo(202);
      move.awaitThat("the copy goes on", () -> rowsCopied(move) > before);
      target.thaw();
      assertThat(RetentionTest.act(move, "throttle", Map.of("off", true))).isEqualTo(202);
      move.awaitState("running").awaitWrites(50);

      Verdict.bothSidesAreEqual(move);
      move.cancel();
    } finally {
      target.thaw();
    }
  }

  private static void awaitThrottled(Move move, String reason) {
    move.awaitThat(
        "a copy held back by " + reason,
        () -> move.status().path("throttled").path("reason").asText().startsWith(reason));
  }

  private static long rowsCopied(Move move) {
    long rows = 0;
    for (JsonNode table : move.status().path("tables")) {
      rows += table.path("rowsCopied").asLong();
    }
    return rows;
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aStoppedMoveWhoseBinaryLogsRunOutSaysSo(Stack stack, StackScope scope) throws Exception {
    MysqlServer source = stack.source();
    String kept = "binlog_expire_logs_seconds";
    try (Move move = move(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create().awaitState("running");
      assertThat(move.status().path("warnings")).isEmpty();
      assertThat(RetentionTest.act(move, "stop", Map.of())).isEqualTo(202);
      source.execute("SET GLOBAL " + kept + " = 30");
      move.awaitThat(
          "a warning",
          () ->
              move.status().path("warnings").findValuesAsText("code").stream()
                  .anyMatch("BINLOG_EXPIRES_SOON"::equals));
      assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
      move.awaitThat("no warning", () -> move.status().path("warnings").isEmpty());

      Verdict.bothSidesAreEqual(move);
      move.cancel();
    } finally {
      source.execute("SET GLOBAL " + kept + " = DEFAULT");
    }
  }
}
