package dev.sluice.controller.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.Records;
import dev.sluice.controller.lifecycle.Transitions.Cause;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
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
    Set<String> seen = new HashSet<>();
    Deque<WorkflowRecord> open = new ArrayDeque<>();
    open.add(Records.created("move"));
    while (!open.isEmpty()) {
      WorkflowRecord record = open.poll();
      if (!seen.add(record.state() + "/" + record.resumeState())) {
        continue;
      }
      for (Event event : Event.values()) {
        Lifecycle.rule(record.state(), event)
            .ifPresent(
                rule -> {
                  visited.add(rule);
                  open.add(
                      event == Event.THROTTLE
                          ? Transitions.throttled(record, THROTTLED, CAUSE)
                          : Transitions.next(
                              record, event, CAUSE, event == Event.FAILED ? ERROR : null));
                });
      }
    }

    assertThat(visited).containsExactlyInAnyOrderElementsOf(Lifecycle.rules());
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
    assertThat(Lifecycle.legalActions(WorkflowState.RUNNING, true))
        .containsExactly("stop", "cancel", "throttle");
    assertThat(Lifecycle.legalActions(WorkflowState.CREATED, false))
        .containsExactly("start", "stop", "cancel", "throttle");
    assertThat(Lifecycle.legalActions(WorkflowState.CANCELLED, true)).isEmpty();
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
    assertThat(Lifecycle.isDone(WorkflowState.COPYING, true, Event.RECOPY)).isTrue();
  }

  @Test
  void noCopyBeginsAgainWhileTheTargetHasTheTraffic() {
    WorkflowRecord stopped =
        new WorkflowRecord(
            "uuid",
            Records.created("move").spec(),
            WorkflowState.STOPPED,
            WorkflowState.SWITCHED,
            LATER,
            List.of(),
            4,
            Records.created("move").plan(),
            null);

    assertThatThrownBy(() -> Transitions.next(stopped, Event.RECOPY, CAUSE, null))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE))
        .hasMessageContaining("has the traffic");
  }
}
