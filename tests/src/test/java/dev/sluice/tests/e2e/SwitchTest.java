package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.cutover.SwitchPausePoints;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traffic goes to the target and back under writers that follow the rules and one that does
 * not: no acknowledged write is lost or doubled, none accepted on both sides, both sides are equal
 * after each change.
 */
@ExtendWith(SharedStack.class)
class SwitchTest {

  private static final Logger LOG = LoggerFactory.getLogger(SwitchTest.class);
  private static final String WORKERS = "capture,apply";

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void trafficGoesToAndFroUnderWrites(Stack stack, StackScope scope) throws Exception {
    rounds(stack, scope, 2, 120);
  }

  @Test
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void thirtyRoundsUnderFiveHundredTransactionsASecond(Stack stack, StackScope scope)
      throws Exception {
    List<Long> blocks = rounds(stack, scope, 30, 500);
    Collections.sort(blocks);
    assertThat(blocks.get(blocks.size() / 2)).as("median of %s", blocks).isLessThan(250);
    assertThat(blocks.get(blocks.size() - 1)).as("longest of %s", blocks).isLessThan(1_000);
  }

  private static List<Long> rounds(Stack stack, StackScope scope, int rounds, double rate)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      rig.move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      rig.write(8, rate).awaitWrites(200);
      List<Long> blocks = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        blocks.add(rig.changed("switch-traffic"));
        rig.awaitWrites(100).bothSidesAreEqual();
        blocks.add(rig.changed("reverse-traffic"));
        rig.awaitWrites(100).bothSidesAreEqual();
      }
      LOG.info("write blocks {} ms, {}", blocks, rig.writer().counts());
      assertThat(rig.writer().counts().onTarget()).isPositive();
      assertThat(rig.writer().counts().sequenceIds()).isPositive();
      rig.nothingIsLost();
      rig.move.cancel();
      return blocks;
    }
  }

  @Test
  @Tag("soak")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aKilledControllerIsReplacedByOneThatUndoesOrFinishes(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess first =
          rig.move.processes.start("controller", SwitchPausePoints.FENCED).awaitUp();
      rig.move.processes.start(WORKERS).awaitUp();
      rig.move.create().awaitState("running");
      rig.write(4, 80).awaitWrites(50);

      killAt(rig, first, SwitchPausePoints.FENCED, "switch-traffic", "running");
      rig.awaitWrites(50).bothSidesAreEqual();

      SluiceProcess second =
          rig.move.processes.replace("controller", SwitchPausePoints.COMMITTED).awaitUp();
      killAt(rig, second, SwitchPausePoints.COMMITTED, "switch-traffic", "switched");
      rig.awaitWrites(50).bothSidesAreEqual();
      assertThat(rig.sourceTakesWrites()).isFalse();
      rig.nothingIsLost();
    }
  }

  /**
   * Kills the controller when it comes to the point, while nobody else is there to go on; then
   * another one starts, and the workflow ends up in the state, with one side open.
   */
  private static void killAt(
      SwitchRig rig, SluiceProcess controller, String point, String verb, String state) {
    CompletableFuture<Void> asked =
        CompletableFuture.runAsync(
            () -> {
              try {
                rig.ask(verb);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    rig.move.awaitPaused(controller, point);
    controller.kill();
    asked.join();
    rig.move.processes.replace("controller").awaitUp();
    rig.move.awaitThat(
        "ended in " + state,
        () -> {
          var status = rig.move.status();
          return status.path("state").asText().equals(state)
              && status.path("legalActions").toString().contains("-traffic");
        });
    rig.trafficChanged(state);
  }

  static List<String> everyPoint() {
    return SwitchPausePoints.onTheWay();
  }

  @ParameterizedTest
  @MethodSource("everyPoint")
  @Tag("soak")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aControllerKilledAnywhereLeavesOneSideOpen(String point, Stack stack, StackScope scope)
      throws Exception {
    boolean forward =
        everyPoint().indexOf(point) >= everyPoint().indexOf(SwitchPausePoints.COMMITTED);
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = rig.move.processes.start("controller", point).awaitUp();
      rig.move.processes.start(WORKERS).awaitUp();
      rig.move.create().awaitState("running");
      rig.write(4, 80).awaitWrites(50);

      killAt(rig, controller, point, "switch-traffic", forward ? "switched" : "running");
      rig.awaitWrites(50).bothSidesAreEqual();
      if (!forward) {
        rig.changed("switch-traffic");
      }
      SluiceProcess next = rig.move.processes.replace("controller", point).awaitUp();
      killAt(rig, next, point, "reverse-traffic", forward ? "running" : "switched");

      rig.awaitWrites(50).bothSidesAreEqual();
      rig.nothingIsLost();
    }
  }

  @Test
  @Tag("soak")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aStandbyTakesOverWithinTenSeconds(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess active =
          rig.move.processes.start("controller", SwitchPausePoints.DRAINED).awaitUp();
      rig.move.processes.start(WORKERS).awaitUp();
      rig.move.create().awaitState("running");
      SluiceProcess standby =
          rig.move.processes.start("standby", "controller", new String[0]).awaitUp();
      rig.write(4, 80).awaitWrites(50);
      CompletableFuture<SluiceClient.Answer> asked =
          CompletableFuture.supplyAsync(rig::switchTraffic);
      rig.move.awaitPaused(active, SwitchPausePoints.DRAINED);
      assertThat(rig.sourceTakesWrites()).isFalse();

      long killed = System.nanoTime();
      active.kill();
      rig.move.processes.speakTo(standby);
      rig.move.awaitThat("undone", rig::sourceTakesWrites);
      double seconds = (System.nanoTime() - killed) / 1e9;

      LOG.info("a standby undid the switch after {} s", seconds);
      assertThat(seconds).isLessThan(15);
      asked.exceptionally(e -> null).join();
      rig.move.awaitState("running");
      rig.changed("switch-traffic");
      rig.nothingIsLost();
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void completeLeavesTheTargetAlone(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      rig.move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      rig.write(2, 40).awaitWrites(20);
      rig.changed("switch-traffic");
      rig.awaitWrites(20);

      SluiceClient.Answer planned = rig.change("complete", Map.of("dryRun", true));
      assertThat(planned.body().path("steps").toString()).contains("dropTables", "planned");
      assertThat(rig.change("complete", Map.of("renameTables", true)).code()).isEqualTo(202);
      rig.move.awaitState("completed");
      rig.awaitWrites(20).onTargets(false);

      Leftovers left = Leftovers.of(rig.move);
      assertThat(left.topics()).isEmpty();
      assertThat(left.groups()).isEmpty();
      assertThat(left.triggers()).isEmpty();
      assertThat(left.sidecarRows()).isEmpty();
      assertThat(left.tables(false)).contains("_customer_old", "_corder_old", "product");
      assertThat(left.tables(false)).doesNotContain("customer", "corder");
      assertThat(left.rules())
          .isNotEmpty()
          .allSatisfy(
              rule -> {
                assertThat(rule.toKeyspace()).isEqualTo("customer");
                assertThat(rule.workflow()).isNull();
              });
      rig.move.ended();
    }
  }
}
