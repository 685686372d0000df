package dev.sluice.controller.lifecycle;

import dev.sluice.schemas.workflow.WorkflowRecord;

/** What must hold, beside the state, for a transition. */
public enum Guard {
  ALWAYS(""),
  /** No change of traffic is under way. */
  CHANGE_OVER("a change of traffic is not over yet: it is finished first"),
  /** Nothing is under way, and writes stay where they are. */
  READS_ALONE("writes cannot change sides here"),
  WRITES_ON_SOURCE("the target has the traffic: reverse it first, or complete"),
  WRITES_ON_TARGET("the source has the traffic"),
  /** Nothing is read or written on the target. */
  ALL_ON_SOURCE("the target has the traffic: its rows must not be replaced by the source's");

  private final String refusal;

  Guard(String refusal) {
    this.refusal = refusal;
  }

  /** Why the transition is refused where the guard does not hold; empty when it always holds. */
  String refusal() {
    return refusal;
  }

  boolean holds(WorkflowRecord record, boolean readsAlone) {
    boolean over = record.cutover().change() == null;
    boolean there = record.cutover().writesOnTarget();
    return switch (this) {
      case ALWAYS -> true;
      case CHANGE_OVER -> over && !readsAlone;
      case READS_ALONE -> over && readsAlone;
      case WRITES_ON_SOURCE -> over && !there;
      case WRITES_ON_TARGET -> over && there;
      case ALL_ON_SOURCE -> over && record.cutover().onTarget().isEmpty();
    };
  }
}
