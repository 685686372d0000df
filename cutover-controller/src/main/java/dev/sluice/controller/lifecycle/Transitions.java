package dev.sluice.controller.lifecycle;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the record that follows from a record and an event. Stateless: deciding changes nothing.
 */
public final class Transitions {

  /** Who asked for it and why. */
  public record Cause(String by, String reason, Instant at) {}

  private Transitions() {}

  /**
   * The next record.
   *
   * @param error for {@link Event#FAILED}; else null
   * @throws SluiceException ILLEGAL_STATE when the event is not legal in the record's state
   */
  public static WorkflowRecord next(
      WorkflowRecord record, Event event, Cause cause, UnitError error) {
    Lifecycle.Rule rule =
        Lifecycle.rule(record.state(), event).orElseThrow(() -> illegal(record, event));
    if (event == Event.THROTTLE) {
      throw new IllegalArgumentException("a throttle changes no state: see throttled()");
    }
    if (event == Event.RECOPY && targetServes(record)) {
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          "the target of workflow "
              + record.name()
              + " has the traffic: its rows must not be replaced by the source's",
          "reverse the traffic first");
    }
    WorkflowState to = rule.to() == null ? record.resumeState() : rule.to();
    return new WorkflowRecord(
        record.uuid(),
        record.spec(),
        to,
        stateLeft(record, event),
        to == record.state() ? record.since() : cause.at(),
        history(record, to, cause),
        event.command() ? record.generation() + 1 : record.generation(),
        record.plan(),
        errorAfter(record, event, error),
        record.keepData(),
        event == Event.RECOPY ? record.controls().nextCopyRun() : record.controls());
  }

  /** The record with another throttle; nothing else changes, no unit starts anew. */
  public static WorkflowRecord throttled(
      WorkflowRecord record, WorkflowControls controls, Cause cause) {
    if (Lifecycle.rule(record.state(), Event.THROTTLE).isEmpty()) {
      throw illegal(record, Event.THROTTLE);
    }
    WorkflowRecord noted =
        new WorkflowRecord(
            record.uuid(),
            record.spec(),
            record.state(),
            record.resumeState(),
            record.since(),
            history(record, record.state(), cause),
            record.generation(),
            record.plan(),
            record.error(),
            record.keepData(),
            record.controls());
    return noted.controlledBy(controls);
  }

  private static boolean targetServes(WorkflowRecord record) {
    WorkflowState state = record.resumeState() == null ? record.state() : record.resumeState();
    return switch (state) {
      case SWITCHING, SWITCHED, REVERSING, COMPLETING -> true;
      default -> false;
    };
  }

  /** The state that a later start returns to. */
  private static WorkflowState stateLeft(WorkflowRecord record, Event event) {
    return switch (event) {
      case STOP, FAILED ->
          record.state() == WorkflowState.ERROR ? record.resumeState() : record.state();
      default -> null;
    };
  }

  private static UnitError errorAfter(WorkflowRecord record, Event event, UnitError error) {
    return switch (event) {
      case FAILED -> error;
      // the operator still wants to see why it had failed
      case STOP -> record.error();
      default -> null;
    };
  }

  private static List<WorkflowRecord.Transition> history(
      WorkflowRecord record, WorkflowState to, Cause cause) {
    List<WorkflowRecord.Transition> history = new ArrayList<>(record.history());
    history.add(
        new WorkflowRecord.Transition(record.state(), to, cause.at(), cause.by(), cause.reason()));
    return history;
  }

  private static SluiceException illegal(WorkflowRecord record, Event event) {
    List<String> legal = Lifecycle.legalActions(record.state(), record.generation() > 0);
    return new SluiceException(
        ErrorCode.ILLEGAL_STATE,
        "workflow "
            + record.name()
            + " is "
            + record.state().word()
            + ": "
            + event.word()
            + " is not legal now",
        legal.isEmpty()
            ? "nothing can be done in this state"
            : "legal now: " + String.join(", ", legal));
  }
}
