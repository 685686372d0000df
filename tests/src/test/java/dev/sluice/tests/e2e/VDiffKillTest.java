package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.vdiff.scan.VDiffPausePoints;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A VDiff whose job is killed ends with the right numbers, and leaves no applier held. */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class VDiffKillTest {

  private static final SampleSize SIZE = new SampleSize(3_000, 9_000, 100, 5);
  private static final int PLANTED = 3;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aJobKilledAfterItsFirstResultsCountsNothingTwice(Stack stack, StackScope scope)
      throws Exception {
    killedAt(VDiffPausePoints.AFTER_RESULTS, stack, scope);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        VDiffPausePoints.HELD,
        VDiffPausePoints.MOMENT_OPEN,
        VDiffPausePoints.BEFORE_RESULTS,
        VDiffPausePoints.AFTER_RESULTS
      })
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aJobKilledAnywhereIsReplaced(String point, Stack stack, StackScope scope) throws Exception {
    killedAt(point, stack, scope);
  }

  private static void killedAt(String point, Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.processes.start("controller,capture,apply");
      SluiceProcess job = move.processes.start("vdiff", point);
      move.processes.awaitUp();
      move.create().awaitState("running");
      for (MysqlServer shard : move.targets().subList(0, 1)) {
        VDiffCalls.plant(
            shard,
            scope.targetSchema(),
            "UPDATE `"
                + scope.targetSchema()
                + "`.corder SET quantity = quantity + 1 ORDER BY order_id DESC LIMIT "
                + PLANTED);
      }
      VDiffCalls vdiffs =
          new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
      String uuid = vdiffs.create(Map.of());
      move.awaitPaused(job, point);
      job.kill();
      move.processes.start("second", "vdiff", new String[0]);
      move.processes.start("third", "vdiff", new String[0]);
      move.processes.start("fourth", "vdiff", new String[0]);
      JsonNode found = vdiffs.completed(uuid);

      JsonNode table = found.path("tables").path("corder");
      assertThat(found.path("notComparedRows").asLong()).as("%s", found).isZero();
      assertThat(table.path("mismatchedRows").asInt()).as("%s", found).isEqualTo(PLANTED);
      assertThat(table.path("matchingRows").asInt()).as("%s", found).isEqualTo(9_000 - PLANTED);
      assertThat(table.path("rowsCompared").asInt()).as("%s", found).isEqualTo(9_000);
      assertThat(table.path("shards").path("source/-").path("rows").asInt())
          .as("%s", found)
          .isEqualTo(9_000);
      assertThat(found.path("tables").path("customer").path("matchingRows").asInt())
          .isEqualTo(3_000);
      move.write(50).awaitWrites(30);
      move.writer().close();
      for (JsonNode applier : move.status().path("appliers")) {
        assertThat(applier.path("state").asText()).isEqualTo("applying");
      }
      move.awaitThat("appliers caught up", () -> backlog(move) == 0);
    }
  }

  private static long backlog(Move move) {
    long sum = 0;
    for (JsonNode applier : move.status().path("appliers")) {
      sum += applier.path("backlogBytes").asLong();
    }
    return sum;
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aVDiffThatWasStoppedGoesOnWhereItWas(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      SluiceProcess process =
          move.processes
              .start("controller,capture,apply,vdiff", VDiffPausePoints.MOMENT_OPEN)
              .awaitUp();
      move.create().awaitState("running");
      VDiffCalls vdiffs =
          new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
      String uuid = vdiffs.create(Map.of("tables", List.of("corder")));
      move.awaitPaused(process, VDiffPausePoints.MOMENT_OPEN);
      assertThat(vdiffs.act(uuid, "stop").code()).isEqualTo(202);
      assertThat(vdiffs.act(uuid, "stop").code()).isEqualTo(200);
      process.release(VDiffPausePoints.MOMENT_OPEN);
      move.awaitThat("stopped", () -> vdiffs.show(uuid).path("state").asText().equals("stopped"));

      assertThat(vdiffs.act(uuid, "resume").code()).isEqualTo(202);
      JsonNode found = vdiffs.completed(uuid);
      assertThat(found.path("hasMismatch").asBoolean()).isFalse();
      assertThat(found.path("tables").path("corder").path("matchingRows").asLong())
          .isEqualTo(9_000);
      assertThat(found.path("history")).hasSize(3);
      assertThat(move.status().path("vdiff").path("stale").asBoolean())
          .as("it leaves customer out")
          .isTrue();
      move.cancel();
    }
  }
}
