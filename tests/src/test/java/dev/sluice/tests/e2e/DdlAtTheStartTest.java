package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A moved table changes right behind the stream's first position, or right before it: the engine
 * knows it as it was at that place, so the statement is met like any other.
 */
@Tag("soak")
@ExtendWith(SharedStack.class)
class DdlAtTheStartTest {

  private static final String ALL = Layout.ALL_IN_ONE.processes().get(0);

  /** The same number of columns, of other places: rows before it would be read as others. */
  private static final String SWAPS =
      "ALTER TABLE customer MODIFY COLUMN full_name VARCHAR(120) NOT NULL FIRST,"
          + " ADD COLUMN late INT NOT NULL DEFAULT 7 FIRST";

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void withStopItWaitsForTheOperator(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      changedAtTheStart(move, "stop");
      move.awaitState("error");
      JsonNode error = move.status().path("error");
      assertThat(error.path("code").asText()).as("%s", error).isEqualTo("DDL_STOPPED");
      assertThat(error.path("message").asText()).contains("customer", "ADD COLUMN late");
      assertThat(error.path("remedy").asText()).contains("on the table of every target shard");

      onTargets(move, SWAPS);
      assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
      move.awaitState("running");
      equal(move);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void withExecItIsRunOnTheTargets(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      changedAtTheStart(move, "exec");
      move.awaitState("running");
      equal(move);
    }
  }

  private static void changedAtTheStart(Move move, String onDdl) throws Exception {
    SluiceProcess process =
        move.processes.start(ALL, CapturePausePoints.BEFORE_FIRST_CUT).awaitUp();
    move.create(Map.of("on-ddl", onDdl)).awaitPaused(process, CapturePausePoints.BEFORE_FIRST_CUT);
    move.onSource(
        "UPDATE customer SET full_name = 'before' LIMIT 5",
        SWAPS,
        "UPDATE customer SET full_name = 'behind' ORDER BY customer_id DESC LIMIT 5");
    process.release(CapturePausePoints.BEFORE_FIRST_CUT);
  }

  private static void equal(Move move) throws Exception {
    move.onSource("UPDATE customer SET late = customer_id % 100 LIMIT 50");
    Verdict verdict = new Verdict(move);
    verdict.markerPasses();
    verdict.rowsAreEqual();
    move.cancel();
  }

  /** DDL that stands in no binary log that is read: before the stream, or between two copies. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aTableChangedWhileNoStreamRanIsComparedWithTheTargets(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.processes.start(ALL).awaitUp();
      move.create(Map.of("auto-start", false));
      move.onSource(SWAPS);
      assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
      cured(move, SWAPS, "has no column late");

      assertThat(RetentionTest.act(move, "stop", Map.of())).isEqualTo(202);
      move.awaitState("stopped");
      move.awaitThat("stopped units", () -> RetentionTest.unitsAre(move, "stopped"));
      String again = "ALTER TABLE customer ADD COLUMN later DATE NULL, DROP COLUMN late";
      move.onSource(again);
      assertThat(RetentionTest.act(move, "start", Map.of("recopy", true))).isEqualTo(202);
      cured(move, again, "has no column later");
      move.onSource("UPDATE customer SET later = '2024-02-29' LIMIT 50");
      Verdict verdict = new Verdict(move);
      verdict.markerPasses();
      verdict.rowsAreEqual();
      move.cancel();
    }
  }

  /** The appliers stop until the operator has run the statement on the targets. */
  private static void cured(Move move, String ddl, String message) throws Exception {
    move.awaitState("error");
    JsonNode error = move.status().path("error");
    assertThat(error.path("code").asText()).as("%s", error).isEqualTo("DDL_STOPPED");
    assertThat(error.path("message").asText()).contains("customer", message);
    onTargets(move, ddl);
    assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
    move.awaitState("running");
  }

  private static void onTargets(Move move, String ddl) {
    for (MysqlServer target : move.targets()) {
      target.execute(ddl.replace("TABLE ", "TABLE `" + move.scope.targetSchema() + "`."));
    }
  }
}
