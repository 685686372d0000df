package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.controller.cutover.SwitchPausePoints;
import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.NetworkLink;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Controllers that freeze, are cut off or die, and those that take over from them. */
@Tag("soak")
@ExtendWith(SharedStack.class)
class SwitchTakeoverTest {

  private static final Logger LOG = LoggerFactory.getLogger(SwitchTakeoverTest.class);
  private static final String WORKERS = "capture,apply";
  private static final String CONTROLLER = "controller";

  /** A running move, its controller held at the points, and writers. */
  private static SluiceProcess begin(SwitchRig rig, String... points) throws Exception {
    SluiceProcess controller = rig.move.processes.start(CONTROLLER, points);
    rig.move.processes.start(WORKERS);
    rig.move.processes.awaitUp();
    rig.move.create().awaitState("running");
    rig.write(4, 80).awaitWrites(50);
    return controller;
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aControllerKilledWhileItUndoesIsUndoneAgain(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller =
          begin(rig, SwitchPausePoints.BEFORE_FENCE, SwitchPausePoints.UNDO_OPENED);
      rig.ready("switch-traffic");
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(controller, SwitchPausePoints.BEFORE_FENCE);
      // nobody brings the fence's change any more
      rig.move.processes.get(WORKERS).kill();
      controller.release(SwitchPausePoints.BEFORE_FENCE);
      rig.move.awaitPaused(controller, SwitchPausePoints.UNDO_OPENED);
      controller.kill();
      asked.exceptionally(e -> null).join();
      assertThat(rig.sourceTakesWrites()).as("opened before it is written down").isTrue();
      rig.move.processes.replace(CONTROLLER).awaitUp();
      rig.move.processes.start(WORKERS).awaitUp();
      rig.endsIn("running");
      assertThat(rig.lastReason()).contains("undone");
      rig.changed("switch-traffic");
      rig.awaitWrites(50).nothingIsLost();
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aStandbyTakesOverWithinTenSeconds(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess active = begin(rig, SwitchPausePoints.DRAINED);
      SluiceProcess standby =
          rig.move.processes.start("standby", CONTROLLER, new String[0]).awaitUp();
      rig.ready("switch-traffic");
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(active, SwitchPausePoints.DRAINED);
      assertThat(rig.sourceTakesWrites()).isFalse();

      long killed = System.nanoTime();
      active.kill();
      rig.move.processes.speakTo(standby);
      rig.move.awaitThat("undone", rig::sourceTakesWrites);
      double seconds = (System.nanoTime() - killed) / 1e9;

      LOG.info("a standby undid the switch after {} s", seconds);
      assertThat(seconds).isLessThan(10);
      asked.exceptionally(e -> null).join();
      rig.endsIn("running");
      rig.changed("switch-traffic");
      rig.nothingIsLost();
    }
  }

  /**
   * A controller that is frozen before its commit, replaced, and wakes up when its successor has
   * switched to and fro: it opens nothing (I12).
   */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aFrozenControllerThatWakesUpOpensNothing(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess frozen = begin(rig, SwitchPausePoints.BEFORE_COMMIT);
      SluiceProcess standby =
          rig.move.processes.start("standby", CONTROLLER, new String[0]).awaitUp();
      rig.ready("switch-traffic");
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(frozen, SwitchPausePoints.BEFORE_COMMIT);
      frozen.freeze();
      rig.move.processes.speakTo(standby);
      long frozenAt = System.nanoTime();
      assertThat(standby.client().status(rig.move.workflow()).code())
          .as("a look is answered by whoever takes over")
          .isEqualTo(200);
      assertThat((System.nanoTime() - frozenAt) / 1e9).isLessThan(25);
      rig.endsIn("running");
      rig.changed("switch-traffic");
      assertThat(rig.sourceTakesWrites()).isFalse();

      frozen.release(SwitchPausePoints.BEFORE_COMMIT);
      frozen.thaw();
      asked.exceptionally(e -> null).join();
      rig.awaitWrites(200);
      assertThat(rig.sourceTakesWrites()).isFalse();
      assertThat(rig.targetTakesWrites()).isTrue();

      rig.changed("reverse-traffic");
      rig.awaitWrites(50);
      assertThat(rig.targetTakesWrites()).isFalse();
      rig.nothingIsLost();
    }
  }

  /**
   * One that is frozen on the way back, before it closes the sequences, and wakes up when its
   * successor has undone that: the side that serves goes on giving out ids.
   */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aFrozenControllerThatWakesUpClosesNoSequences(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      begin(rig);
      rig.ready("switch-traffic");
      rig.changed("switch-traffic");
      SluiceProcess frozen =
          rig.move.processes.replace(CONTROLLER, SwitchPausePoints.DRAINED).awaitUp();
      SluiceProcess standby =
          rig.move.processes.start("standby", CONTROLLER, new String[0]).awaitUp();
      rig.ready("reverse-traffic");
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("reverse-traffic");
      rig.move.awaitPaused(frozen, SwitchPausePoints.DRAINED);
      frozen.freeze();
      rig.move.processes.speakTo(standby);
      rig.endsIn("switched");
      assertThat(rig.targetTakesWrites()).isTrue();

      frozen.release(SwitchPausePoints.DRAINED);
      frozen.thaw();
      SluiceClient.Answer late = asked.exceptionally(e -> null).join();
      LOG.info("the controller that woke up answered {}", late == null ? null : late.body());
      rig.awaitWrites(200);
      try (Connection connection = rig.sides.targets().get(0).openUtc()) {
        assertThat(new Sequences("_sluice").next(connection, "customer.corder").count())
            .isPositive();
      }

      rig.changed("reverse-traffic");
      rig.awaitWrites(50);
      rig.changed("switch-traffic");
      rig.awaitWrites(50);
      rig.nothingIsLost();
    }
  }

  /**
   * The same for one that is cut off from Kafka in the middle of its commit, and only learns after
   * its time is over that nothing came of it.
   */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aControllerThatIsCutOffInItsCommitOpensNothing(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      String[] points = {SwitchPausePoints.BEFORE_COMMIT};
      ServerConfig overLinks = scope.serverConfig().withLinks();
      SluiceProcess lonely =
          rig.move.processes.start(
              CONTROLLER,
              CONTROLLER,
              points,
              port -> overLinks.withHttpListen("127.0.0.1:" + port).yaml());
      lonely.awaitUp();
      rig.move.processes.start(WORKERS).awaitUp();
      rig.move.create().awaitState("running");
      SluiceProcess standby =
          rig.move.processes.start("standby", CONTROLLER, new String[0]).awaitUp();
      rig.write(4, 80).awaitWrites(50).ready("switch-traffic");
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(lonely, SwitchPausePoints.BEFORE_COMMIT);
      NetworkLink kafka = stack.link(stack.kafka().name());
      kafka.stall();
      lonely.release(SwitchPausePoints.BEFORE_COMMIT);
      rig.move.processes.speakTo(standby);
      rig.endsIn("running");
      rig.changed("switch-traffic");

      SluiceClient.Answer late = asked.join();
      LOG.info("the controller that was cut off answered {} {}", late.code(), late.body());
      assertThat(late.ok()).isFalse();
      assertThat(rig.sourceTakesWrites()).isFalse();
      kafka.restore();
      rig.awaitWrites(200);
      assertThat(rig.sourceTakesWrites()).isFalse();
      assertThat(rig.targetTakesWrites()).isTrue();
      rig.nothingIsLost();
    }
  }

  /**
   * A controller that is frozen in the middle of an end, replaced, and wakes up when a later
   * workflow of the same name is under way: it drops none of its tables and deletes none of its
   * topics.
   */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aFrozenControllerThatWakesUpAfterAnEndTakesNothingAway(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess frozen = begin(rig, ControllerPausePoints.CANCEL_UNITS_STOPPED);
      SluiceProcess standby =
          rig.move.processes.start("standby", CONTROLLER, new String[0]).awaitUp();
      assertThat(rig.change("cancel", Map.of()).code()).isEqualTo(202);
      rig.move.awaitPaused(frozen, ControllerPausePoints.CANCEL_UNITS_STOPPED);
      frozen.freeze();
      rig.move.processes.speakTo(standby);
      rig.move.awaitState("cancelled");
      rig.withoutRogue(() -> rig.move.create().awaitState("running"));

      frozen.release(ControllerPausePoints.CANCEL_UNITS_STOPPED);
      frozen.thaw();
      rig.awaitWrites(200);
      rig.endsIn("running");
      assertThat(Leftovers.of(rig.move).tables(true)).contains("customer", "corder");
      rig.changed("switch-traffic");
      rig.awaitWrites(50);
      rig.nothingIsLost();
    }
  }
}
