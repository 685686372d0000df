package dev.sluice.controller.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.Records;
import dev.sluice.controller.lifecycle.Transitions.Cause;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.Cutover;
import dev.sluice.schemas.workflow.TrafficChange;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  private static final Instant LATER = Records.NOW.plusSeconds(60);
  private static final Cause CAUSE = new Cause("anna", "because", LATER);
  private static final UnitError ERROR = new UnitError("DDL_STOPPED", "an ALTER", "undo it", false);

  @Test
  void everyTransitionIsReachedFromACreatedWorkflow() {
    Set<Lifecycle.Rule> visited = new HashSet<>();
    Set<Object> seen = new HashSet<>();
    Deque<WorkflowRecord> open = new ArrayDeque<>();
    open.add(Records.created("move"));
    while (!open.isEmpty()) {
      WorkflowRecord record = open.poll();
      if (!seen.add(List.of(record.state() + "/" + record.resumeState(), record.cutover()))) {
        continue;
      }
      for (Event event : Event.values()) {
        for (Cutover cutover : cutoversAfter(record, event)) {
          boolean readsAlone = cutover.change() == null && CHANGES.contains(event);
          Lifecycle.rule(record, event, readsAlone)
              .ifPresent(
                  rule -> {
                    visited.add(rule);
                    open.add(
                        event == Event.THROTTLE
                            ? Transitions.throttled(record, THROTTLED, CAUSE)
                            : Transitions.next(
                                record,
                                event,
                                CAUSE,
                                event == Event.FAILED ? ERROR : null,
                                cutover));
                  });
        }
      }
    }

    assertThat(visited).containsExactlyInAnyOrderElementsOf(Lifecycle.rules());
  }

  private static final Set<Event> CHANGES = Set.of(Event.SWITCH_TRAFFIC, Event.REVERSE_TRAFFIC);
  private static final List<TabletType> READS = List.of(TabletType.REPLICA, TabletType.RDONLY);

  /** Which side serves after an event, as the engine decides it. */
  private static List<Cutover> cutoversAfter(WorkflowRecord record, Event event) {
    Cutover now = record.cutover();
    boolean there = event == Event.SWITCH_TRAFFIC;
    return switch (event) {
      case SWITCH_TRAFFIC, REVERSE_TRAFFIC ->
          List.of(now.with(change(there)), now.moved(there, READS));
      case COMMITTED ->
          now.change() == null
              ? List.of()
              : List.of(
                  now.moved(now.change().toTarget(), now.change().tabletTypes())
                      .with(now.change().committed("openTarget")));
      case UNDONE, RELEASED -> List.of(now.with(null));
      default -> List.of(now);
    };
  }

  private static TrafficChange change(boolean toTarget) {
    return new TrafficChange(
        "id",
        toTarget,
        List.of(TabletType.values()),
        "holdRules",
        false,
        LATER,
        "anna",
        "because",
        null);
  }

  private static WorkflowRecord switched() {
    return Records.in("move", WorkflowState.SWITCHED)
        .cut(Cutover.NONE.moved(true, List.of(TabletType.values())));
  }

  @Test
  void aChangeOfTrafficThatIsNotOverStandsInTheWayOfEverythingElse() {
    WorkflowRecord committed =
        switched().cut(switched().cutover().with(change(true).committed("openTarget")));

    assertThat(Lifecycle.legalActions(committed)).isEmpty();
    assertThat(Lifecycle.legalActions(switched()))
        .containsExactly("stop", "throttle", "reverse-traffic", "complete");
    assertThatThrownBy(() -> Transitions.next(committed, Event.STOP, CAUSE, null))
        .hasMessageContaining("not over yet");
  }

  @Test
  void nobodyCancelsWhatTheTargetServes() {
    WorkflowRecord stopped = Transitions.next(switched(), Event.STOP, CAUSE, null);

    assertThat(Lifecycle.legalActions(stopped)).containsExactly("start", "throttle", "complete");
    assertThatThrownBy(() -> Transitions.next(stopped, Event.CANCEL, CAUSE, null))
        .hasMessageContaining("reverse it first");
    assertThat(Transitions.next(stopped, Event.START, CAUSE, null).state())
        .isEqualTo(WorkflowState.SWITCHED);
  }

  @Test
  void aChangeOfTrafficStartsNoUnitAnew() {
    WorkflowRecord running = Records.in("move", WorkflowState.RUNNING);
    WorkflowRecord switching =
        Transitions.next(
            running, Event.SWITCH_TRAFFIC, CAUSE, null, Cutover.NONE.with(change(true)));

    assertThat(switching.generation()).isEqualTo(running.generation());
    assertThat(switching.unitsRun()).isTrue();
  }

  @Test
  void aTransitionIsAppendedToTheHistoryWithWhoAndWhy() {
    WorkflowRecord next =
        Transitions.next(Records.in("move", WorkflowState.RUNNING), Event.STOP, CAUSE, null);

    assertThat(next.state()).isEqualTo(WorkflowState.STOPPED);
    assertThat(next.since()).isEqualTo(LATER);
    assertThat(next.history())
        .last()
        .isEqualTo(
            new WorkflowRecord.Transition(
                WorkflowState.RUNNING, WorkflowState.STOPPED, LATER, "anna", "because"));
  }

  @Test
  void startReturnsToTheStateThatWasLeft() {
    WorkflowRecord failed =
        Transitions.next(Records.in("move", WorkflowState.RUNNING), Event.FAILED, CAUSE, ERROR);
    WorkflowRecord stopped = Transitions.next(failed, Event.STOP, CAUSE, null);
    WorkflowRecord started = Transitions.next(stopped, Event.START, CAUSE, null);

    assertThat(failed.error()).isEqualTo(ERROR);
    assertThat(stopped.error()).isEqualTo(ERROR);
    assertThat(started.state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(started.error()).isNull();
    assertThat(started.resumeState()).isNull();
  }

  @Test
  void onlyCommandsRaiseTheGeneration() {
    WorkflowRecord copying = Records.in("move", WorkflowState.COPYING);

    assertThat(Transitions.next(copying, Event.STOP, CAUSE, null).generation())
        .isEqualTo(copying.generation() + 1);
    assertThat(Transitions.next(copying, Event.CAUGHT_UP, CAUSE, null).generation())
        .isEqualTo(copying.generation());
  }

  @Test
  void aFailureBeforeTheCopyRunsNoUnits() {
    WorkflowRecord failed = Transitions.next(Records.created("move"), Event.FAILED, CAUSE, ERROR);

    assertThat(failed.unitsRun()).isFalse();
    assertThat(
            Transitions.next(Records.in("move", WorkflowState.COPYING), Event.FAILED, CAUSE, ERROR)
                .unitsRun())
        .isTrue();
  }

  @Test
  void anIllegalEventNamesWhatIsLegal() {
    assertThatThrownBy(
            () ->
                Transitions.next(
                    Records.in("move", WorkflowState.CANCELLING), Event.STOP, CAUSE, null))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));
    assertThat(Lifecycle.legalActions(Records.in("move", WorkflowState.RUNNING)))
        .containsExactly("stop", "cancel", "throttle", "switch-traffic");
    assertThat(Lifecycle.legalActions(Records.in("move", WorkflowState.CREATED)))
        .containsExactly("stop", "cancel", "throttle");
    assertThat(Lifecycle.legalActions(Records.in("move", WorkflowState.CANCELLED))).isEmpty();
  }

  private static final WorkflowControls THROTTLED = new WorkflowControls(0, 1_000L, "10s");

  @Test
  void aThrottleChangesNothingElseAndIsKeptByWhatComesAfter() {
    WorkflowRecord failed =
        Transitions.next(Records.in("move", WorkflowState.RUNNING), Event.FAILED, CAUSE, ERROR);
    WorkflowRecord throttled = Transitions.throttled(failed, THROTTLED, CAUSE);
    WorkflowRecord started = Transitions.next(throttled, Event.START, CAUSE, null);

    assertThat(throttled.state()).isEqualTo(WorkflowState.ERROR);
    assertThat(throttled.error()).isEqualTo(ERROR);
    assertThat(throttled.generation()).isEqualTo(failed.generation());
    assertThat(throttled.history()).hasSize(failed.history().size() + 1);
    assertThat(started.state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(started.controls()).isEqualTo(THROTTLED);
  }

  @Test
  void aCopyBeginsAgainFromTheBeginningAndKeepsTheThrottle() {
    WorkflowRecord failed =
        Transitions.next(Records.in("move", WorkflowState.RUNNING), Event.FAILED, CAUSE, ERROR);
    WorkflowRecord again =
        Transitions.next(
            Transitions.throttled(failed, THROTTLED, CAUSE), Event.RECOPY, CAUSE, null);

    assertThat(again.state()).isEqualTo(WorkflowState.CREATED);
    assertThat(again.unitsRun()).isFalse();
    assertThat(again.error()).isNull();
    assertThat(again.generation()).isEqualTo(failed.generation() + 1);
    assertThat(again.controls()).isEqualTo(THROTTLED.nextCopyRun());
  }

  @Test
  void aFirstCopyBeginsAgainWhenAskedAndARepeatedCallBeginsItOnce() {
    WorkflowRecord copying = Records.in("move", WorkflowState.COPYING);
    assertThat(Lifecycle.isDone(copying, Event.RECOPY)).isFalse();

    WorkflowRecord again = Transitions.next(copying, Event.RECOPY, CAUSE, null);
    assertThat(again.state()).isEqualTo(WorkflowState.CREATED);
    assertThat(again.controls().copyRun()).isEqualTo(copying.controls().copyRun() + 1);
    assertThat(Lifecycle.isDone(again, Event.RECOPY)).as("being prepared").isTrue();

    WorkflowRecord copiesAgain = Transitions.next(again, Event.PREPARED, CAUSE, null);
    assertThat(copiesAgain.state()).isEqualTo(WorkflowState.COPYING);
    assertThat(Lifecycle.isDone(copiesAgain, Event.RECOPY)).as("under way").isTrue();
  }

  @Test
  void noCopyBeginsAgainWhileTheTargetHasTheTraffic() {
    WorkflowRecord stopped = Transitions.next(switched(), Event.STOP, CAUSE, null);

    assertThatThrownBy(() -> Transitions.next(stopped, Event.RECOPY, CAUSE, null))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE))
        .hasMessageContaining("has the traffic");
  }
}
