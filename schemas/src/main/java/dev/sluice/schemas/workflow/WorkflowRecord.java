package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.status.UnitError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * A workflow as it stands in {@code sluice.workflows} (key: its name; value: JSON). Immutable; only
 * the active controller writes it, and everybody acts only on what was read back.
 *
 * @param uuid tells workflows of the same name apart
 * @param state present state
 * @param resumeState the state that {@code start} returns to; null unless stopped or error
 * @param since when the state was entered
 * @param history every transition, oldest first
 * @param generation rises with each {@code start} and {@code stop}: a unit that failed is run again
 *     under a new one
 * @param plan null until resolved
 * @param error why the state is {@code error}; else null
 * @param keepData set by cancel: true when the rows on the target are to stay
 * @param controls what operators asked for since; never null
 * @param cutover which side serves; never null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkflowRecord(
    String uuid,
    WorkflowSpec spec,
    WorkflowState state,
    WorkflowState resumeState,
    Instant since,
    List<Transition> history,
    long generation,
    MovePlan plan,
    UnitError error,
    Boolean keepData,
    WorkflowControls controls,
    Cutover cutover) {

  private static final EnumSet<WorkflowState> COPYING_OR_LATER =
      EnumSet.of(
          WorkflowState.COPYING,
          WorkflowState.RUNNING,
          WorkflowState.SWITCHING,
          WorkflowState.SWITCHED,
          WorkflowState.REVERSING);

  /** A change of state, with who asked for it and why. */
  public record Transition(
      WorkflowState from, WorkflowState to, Instant at, String by, String reason) {}

  public WorkflowRecord {
    history = history == null ? List.of() : List.copyOf(history);
    controls = controls == null ? WorkflowControls.NONE : controls;
    cutover = cutover == null ? Cutover.NONE : cutover;
  }

  /** A record without {@code keepData}. */
  public WorkflowRecord(
      String uuid,
      WorkflowSpec spec,
      WorkflowState state,
      WorkflowState resumeState,
      Instant since,
      List<Transition> history,
      long generation,
      MovePlan plan,
      UnitError error) {
    this(uuid, spec, state, resumeState, since, history, generation, plan, error, null, null, null);
  }

  public String name() {
    return spec.name();
  }

  /** True when captures and appliers of the workflow are to run. */
  @JsonIgnore
  public boolean unitsRun() {
    return plan != null
        && switch (state) {
          case COPYING, RUNNING, SWITCHING, SWITCHED, REVERSING -> true;
          // an error of one unit must not stop the others; before the copy there is nothing to run
          case ERROR -> resumeState != WorkflowState.CREATED;
          case CREATED, STOPPED, CANCELLING, CANCELLED, COMPLETING, COMPLETED -> false;
        };
  }

  /**
   * True when captures and appliers of the direction are to run. Those of the way back run from the
   * moment on at which both sides are equal, and never while rows are copied.
   */
  public boolean unitsRun(Direction direction) {
    return unitsRun() && (direction == Direction.FORWARD || pastCopy());
  }

  /** True when the way back has begun, or may have: its topics, units and statuses count. */
  @JsonIgnore
  public boolean hasReverse() {
    boolean ending = state == WorkflowState.CANCELLING || state == WorkflowState.COMPLETING;
    return plan != null
        && (pastCopy()
            || ending && history.stream().anyMatch(move -> move.to() == WorkflowState.RUNNING));
  }

  /**
   * True when rows may have been copied: before, nothing of the move has written a row on the
   * target, and every row there is somebody else's.
   */
  @JsonIgnore
  public boolean copyBegan() {
    return COPYING_OR_LATER.contains(state)
        || COPYING_OR_LATER.contains(resumeState)
        || history.stream()
            .anyMatch(
                move ->
                    COPYING_OR_LATER.contains(move.from()) || COPYING_OR_LATER.contains(move.to()));
  }

  private boolean pastCopy() {
    boolean resting = state == WorkflowState.STOPPED || state == WorkflowState.ERROR;
    WorkflowState at = resting ? resumeState : state;
    return at == WorkflowState.RUNNING
        || at == WorkflowState.SWITCHING
        || at == WorkflowState.SWITCHED
        || at == WorkflowState.REVERSING;
  }

  /** This record with {@code keepData} set. */
  public WorkflowRecord keepingData(boolean keep) {
    return new WorkflowRecord(
        uuid,
        spec,
        state,
        resumeState,
        since,
        history,
        generation,
        plan,
        error,
        keep,
        controls,
        cutover);
  }

  /** This record with other controls. */
  public WorkflowRecord controlledBy(WorkflowControls other) {
    return new WorkflowRecord(
        uuid,
        spec,
        state,
        resumeState,
        since,
        history,
        generation,
        plan,
        error,
        keepData,
        other,
        cutover);
  }

  /** This record with another side serving, or another change of it under way. */
  public WorkflowRecord cut(Cutover other) {
    return new WorkflowRecord(
        uuid,
        spec,
        state,
        resumeState,
        since,
        history,
        generation,
        plan,
        error,
        keepData,
        controls,
        other);
  }

  /** This record in another state (or the same), the transition appended. */
  public WorkflowRecord moved(WorkflowState to, Instant at, String by, String reason) {
    List<Transition> longer = new ArrayList<>(history);
    longer.add(new Transition(state, to, at, by, reason));
    return new WorkflowRecord(
        uuid,
        spec,
        to,
        resumeState,
        to == state ? since : at,
        longer,
        generation,
        plan,
        error,
        keepData,
        controls,
        cutover);
  }
}
