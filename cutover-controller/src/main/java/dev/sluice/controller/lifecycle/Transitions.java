package dev.sluice.controller.lifecycle;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.Cutover;
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
    return next(record, event, cause, error, record.cutover());
  }

  /**
   * The next record, the side that serves or the change of it as the event leaves them.
   *
   * @param cutover of the next record
   * @throws SluiceException as above
   */
  public static WorkflowRecord next(
      WorkflowRecord record, Event event, Cause cause, UnitError error, Cutover cutover) {
    boolean readsAlone = cutover.change() == null;
    Lifecycle.Rule rule =
        Lifecycle.rule(record, event, isChange(event) && readsAlone)
            .orElseThrow(() -> illegal(record, event));
    if (event == Event.THROTTLE) {
      throw new IllegalArgumentException("a throttle changes no state: see throttled()");
    }
    WorkflowState to = rule.to() == null ? record.resumeState() : rule.to();
    return new WorkflowRecord(
        record.uuid(),
        record.spec(),
        to,
        stateLeft(record, event),
        to == record.state() ? record.since() : cause.at(),
        history(record, to, cause),
        restartsUnits(event) ? record.generation() + 1 : record.generation(),
        record.plan(),
        errorAfter(record, event, error),
        record.keepData(),
        event == Event.RECOPY ? record.controls().nextCopyRun() : record.controls(),
        // what was proven by use is not what is copied now
        event == Event.RECOPY ? Cutover.NONE : cutover);
  }

  private static boolean isChange(Event event) {
    return event == Event.SWITCH_TRAFFIC || event == Event.REVERSE_TRAFFIC;
  }

  /** Units go on through a change of traffic: they must not start anew in the middle of it. */
  private static boolean restartsUnits(Event event) {
    return event.command() && !isChange(event);
  }

  /** The record with another throttle; nothing else changes, no unit starts anew. */
  public static WorkflowRecord throttled(
      WorkflowRecord record, WorkflowControls controls, Cause cause) {
    if (Lifecycle.rule(record, Event.THROTTLE, false).isEmpty()) {
      throw illegal(record, Event.THROTTLE);
    }
    return record
        .moved(record.state(), cause.at(), cause.by(), cause.reason())
        .controlledBy(controls);
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
    List<String> legal = Lifecycle.legalActions(record);
    String why =
        Lifecycle.rules(record.state(), event).stream()
            .map(rule -> rule.guard().refusal())
            .filter(refusal -> !refusal.isEmpty())
            .findFirst()
            .map(refusal -> " (" + refusal + ")")
            .orElse("");
    return new SluiceException(
        ErrorCode.ILLEGAL_STATE,
        "workflow "
            + record.name()
            + " is "
            + record.state().word()
            + ": "
            + event.word()
            + " is not legal now"
            + why,
        legal.isEmpty()
            ? "nothing can be done in this state"
            : "legal now: " + String.join(", ", legal));
  }
}
