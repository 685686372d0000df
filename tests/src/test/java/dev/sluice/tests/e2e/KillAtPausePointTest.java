package dev.sluice.tests.e2e;

import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SIGKILL at the named places of copy, stream and apply, under live writes; then a new process goes
 * on.
 */
@Tag("crash")
@ExtendWith(SharedStack.class)
class KillAtPausePointTest {

  private static final double WRITES_PER_SECOND = 80;

  /**
   * One after the other in the life of one workflow, each in a process that the next one replaces.
   * While an applier stands at its point the capture goes on, so that points of the capture come
   * first. The soak has every point.
   */
  private static final List<String> LIFE =
      List.of(CapturePausePoints.BEFORE_COMMIT, ApplyPausePoints.APPLY_BEFORE_COMMIT);

  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aMoveKilledAtManyPlacesInItsLifeEndsEqual(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND);
      String roles = Layout.ALL_IN_ONE.processes().get(0);
      SluiceProcess process = move.processes.start(roles, LIFE.get(0)).awaitUp();
      move.create();
      for (int i = 1; i <= LIFE.size(); i++) {
        move.awaitPaused(process, LIFE.get(i - 1)).awaitWrites(30);
        process =
            i < LIFE.size()
                ? move.processes.replace(roles, LIFE.get(i))
                : move.processes.replace(roles);
      }
      process.awaitUp();
      move.awaitState("running").awaitWrites(50);

      Verdict.everythingIsEqual(move);

      move.cancel();
    }
  }

  /**
   * Each role in a process of its own: one after the other is killed, the two others stay, and all
   * three have seen the other two come back.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void eachRoleInAProcessOfItsOwnIsKilledInItsTurn(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND);
      move.processes.start("controller");
      SluiceProcess capture =
          move.processes.start("capture", CapturePausePoints.COPY_BEFORE_COMMIT);
      SluiceProcess apply = move.processes.start("apply", ApplyPausePoints.APPLY_AFTER_ROWS);
      move.processes.awaitUp();
      move.create().awaitPaused(capture, CapturePausePoints.COPY_BEFORE_COMMIT);

      move.processes.replace("capture");
      move.awaitPaused(apply, ApplyPausePoints.APPLY_AFTER_ROWS).awaitWrites(30);
      move.processes.replace("apply");
      move.processes.replace("controller");
      move.processes.awaitUp();
      move.awaitState("running").awaitWrites(30);

      Verdict.everythingIsEqual(move);
      move.processes.get("capture").close();
      new Verdict(move).lagOfTheGroupIsAndStaysZero();
    }
  }

  /** A part of the points and layouts, as a regular expression over {@code POINT LAYOUT}. */
  private static final String SELECTED = System.getProperty("kill.at", ".*");

  static Stream<Arguments> everyPoint() {
    List<String> points = new ArrayList<>(CapturePausePoints.all());
    points.addAll(constantsOf(ApplyPausePoints.class));
    // those of a copy that begins again: RetentionFaultsTest
    points.removeIf(point -> point.startsWith("APPLY_RECOPY"));
    return Stream.of(Layout.values())
        .flatMap(
            layout ->
                points.stream()
                    .filter(point -> (point + " " + layout).matches(SELECTED))
                    .map(point -> Arguments.of(point, layout)));
  }

  @ParameterizedTest
  @MethodSource("everyPoint")
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aProcessKilledAtAnyPointIsReplaced(
      String point, Layout layout, Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      if (point.equals(ApplyPausePoints.APPLY_COPY_PIECE_COMMITTED)) {
        BigTransaction.insertWideCustomers(move);
      }
      move.write(WRITES_PER_SECOND);
      String roles = layout.rolesAt(point);
      for (String others : layout.processes()) {
        if (!others.equals(roles)) {
          move.processes.start(others);
        }
      }
      SluiceProcess process = move.processes.start(roles, point);
      move.processes.awaitUp();
      move.create();
      if (point.equals(CapturePausePoints.MID_TRANSACTION_COMMITTED)) {
        move.awaitState("running");
        BigTransaction.insertOrders(move, 250_000);
      }
      move.awaitPaused(process, point).awaitWrites(50);

      move.processes.replace(roles).awaitUp();

      move.awaitState("running").awaitWrites(50);
      Verdict.everythingIsEqual(move);
      move.cancel();
    }
  }

  private static List<String> constantsOf(Class<?> names) {
    List<String> constants = new ArrayList<>();
    for (Field field : names.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
        try {
          constants.add((String) field.get(null));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return constants;
  }
}
