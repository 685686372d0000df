package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.controller.cutover.SwitchPausePoints;
import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SIGKILL of the controller at every named point of switch, reverse, complete and cancel, under
 * writers that follow the rules and one that does not.
 */
@Tag("soak")
@ExtendWith(SharedStack.class)
class SwitchKillsTest {

  private static final String WORKERS = "capture,apply";
  private static final String CONTROLLER = "controller";

  /** Before the point of no return. */
  private static final List<String> UNDONE =
      List.of(
          SwitchPausePoints.CHECKED,
          SwitchPausePoints.HELD,
          SwitchPausePoints.BEFORE_FENCE,
          SwitchPausePoints.FENCED,
          // the controller after that one is killed while it undoes
          SwitchPausePoints.UNDO_OPENED,
          SwitchPausePoints.DRAINED,
          SwitchPausePoints.BEFORE_COMMIT);

  /** Behind it, in an order in which no controller meets its own point while it finishes. */
  private static final List<String> FINISHED =
      List.of(SwitchPausePoints.COMMITTED, SwitchPausePoints.RELEASED, SwitchPausePoints.OPENED);

  private static final List<String> COMPLETE =
      List.of(
          ControllerPausePoints.COMPLETE_UNITS_STOPPED,
          ControllerPausePoints.COMPLETE_TABLES_GONE,
          ControllerPausePoints.COMPLETE_FENCES_REMOVED,
          ControllerPausePoints.COMPLETE_TOPICS_DELETED);

  private static final List<String> CANCEL =
      List.of(
          ControllerPausePoints.CANCEL_UNITS_STOPPED,
          ControllerPausePoints.CANCEL_TABLES_DROPPED,
          ControllerPausePoints.CANCEL_FENCES_REMOVED,
          ControllerPausePoints.CANCEL_TOPICS_DELETED);

  /** Every point is among those above: none is forgotten when one is added. */
  @Test
  void everyPointIsMet() {
    Set<String> met = new TreeSet<>(UNDONE);
    met.addAll(FINISHED);
    met.addAll(COMPLETE);
    met.addAll(CANCEL);
    Set<String> all = new TreeSet<>();
    for (Class<?> points : List.of(SwitchPausePoints.class, ControllerPausePoints.class)) {
      for (Field field : points.getFields()) {
        String name = field.getName();
        if (points == SwitchPausePoints.class
            || name.startsWith("COMPLETE_")
            || name.startsWith("CANCEL_")) {
          all.add(value(field));
        }
      }
    }
    assertThat(met).isEqualTo(all);
  }

  private static String value(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A running move, its controller held at the points, and writers. */
  private static SluiceProcess begin(SwitchRig rig, String... points) throws Exception {
    SluiceProcess controller = rig.move.processes.start(CONTROLLER, points);
    rig.move.processes.start(WORKERS);
    rig.move.processes.awaitUp();
    rig.move.create().awaitState("running");
    rig.write(4, 80).awaitWrites(50);
    return controller;
  }

  /**
   * One controller after another is killed, each at the next point, each while nobody else is there
   * to go on: the next one undoes what is not committed and finishes what is.
   */
  @ParameterizedTest
  @ValueSource(strings = {"switch-traffic", "reverse-traffic"})
  @Timeout(value = 9, unit = TimeUnit.MINUTES)
  void controllersKilledAtEveryPointOfAChangeLeaveOneSideOpen(
      String verb, Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = begin(rig);
      boolean onTarget = verb.startsWith("reverse");
      if (onTarget) {
        rig.changed("switch-traffic");
      }
      controller = rig.move.processes.replace(CONTROLLER, UNDONE.get(0)).awaitUp();
      for (int i = 0; i < UNDONE.size(); i++) {
        String point = UNDONE.get(i);
        if (point.equals(SwitchPausePoints.UNDO_OPENED)) {
          // it came here by undoing what the one before it had begun
          rig.move.awaitPaused(controller, point);
          assertThat(takesWrites(rig, onTarget)).as("opened before it is written down").isTrue();
          controller.kill();
        } else {
          rig.killAt(controller, point, verb);
        }
        String next = i + 1 < UNDONE.size() ? UNDONE.get(i + 1) : FINISHED.get(0);
        controller = rig.move.processes.replace(CONTROLLER, next).awaitUp();
        if (!next.equals(SwitchPausePoints.UNDO_OPENED)) {
          onlyOneTakesWrites(rig, onTarget);
        }
      }
      rig.bothSidesAreEqual();
      for (int i = 0; i < FINISHED.size(); i++) {
        rig.killAt(controller, FINISHED.get(i), onTarget ? "reverse-traffic" : "switch-traffic");
        onTarget = !onTarget;
        String[] next =
            i + 1 < FINISHED.size() ? new String[] {FINISHED.get(i + 1)} : new String[0];
        controller = rig.move.processes.replace(CONTROLLER, next).awaitUp();
        onlyOneTakesWrites(rig, onTarget);
      }
      rig.nothingIsLost();
    }
  }

  private static boolean takesWrites(SwitchRig rig, boolean target) throws SQLException {
    return target ? rig.targetTakesWrites() : rig.sourceTakesWrites();
  }

  private static void onlyOneTakesWrites(SwitchRig rig, boolean onTarget) throws SQLException {
    rig.endsIn(onTarget ? "switched" : "running");
    assertThat(takesWrites(rig, onTarget)).isTrue();
    assertThat(takesWrites(rig, !onTarget)).isFalse();
    if (onTarget) {
      sequencesAreOpen(rig);
    }
    rig.awaitWrites(20);
  }

  /** A side that keeps the traffic goes on giving out ids, also when they were closed already. */
  private static void sequencesAreOpen(SwitchRig rig) throws SQLException {
    try (Connection connection = rig.sides.targets().get(0).openUtc()) {
      assertThat(new Sequences("_sluice").next(connection, "customer.corder").count()).isPositive();
    }
  }

  /** The same for what ends a workflow: it is finished, and nothing is left of it. */
  @ParameterizedTest
  @ValueSource(strings = {"complete", "cancel"})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void controllersKilledAtEveryPointOfAnEndFinishIt(String verb, Stack stack, StackScope scope)
      throws Exception {
    boolean complete = verb.equals("complete");
    List<String> points = complete ? COMPLETE : CANCEL;
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = begin(rig, points.get(0));
      if (complete) {
        rig.changed("switch-traffic");
        rig.awaitWrites(20);
      }
      assertThat(rig.change(verb, Map.of()).code()).isEqualTo(202);
      for (int i = 0; i < points.size(); i++) {
        rig.move.awaitPaused(controller, points.get(i));
        controller.kill();
        rig.awaitWrites(20);
        String[] next = i + 1 < points.size() ? new String[] {points.get(i + 1)} : new String[0];
        controller = rig.move.processes.replace(CONTROLLER, next).awaitUp();
      }
      rig.move.awaitState(complete ? "completed" : "cancelled");
      rig.awaitWrites(20);

      Leftovers left = Leftovers.of(rig.move);
      assertThat(left.topics()).isEmpty();
      assertThat(left.groups()).isEmpty();
      assertThat(left.triggers()).isEmpty();
      assertThat(left.sidecarRows()).isEmpty();
      assertThat(left.tables(!complete)).doesNotContain("customer", "corder");
      assertThat(left.tables(complete)).contains("customer", "corder");
      assertThat(left.rules())
          .isNotEmpty()
          .allSatisfy(
              rule -> {
                assertThat(rule.toKeyspace()).isEqualTo(complete ? "customer" : "commerce");
                assertThat(rule.workflow()).isNull();
              });
      if (complete) {
        rig.onTargets(false);
      } else {
        rig.onSource();
      }
      rig.move.ended();
    }
  }
}
