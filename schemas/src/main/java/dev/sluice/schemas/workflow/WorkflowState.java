package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** States of a workflow. */
public enum WorkflowState {
  CREATED,
  COPYING,
  RUNNING,
  SWITCHING,
  SWITCHED,
  REVERSING,
  COMPLETING,
  COMPLETED,
  CANCELLING,
  CANCELLED,
  STOPPED,
  ERROR;

  /** The word used in topics, JSON and metrics. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  public static WorkflowState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** True when nothing of the workflow will run again and its tables are free for another. */
  public boolean ended() {
    return this == COMPLETED || this == CANCELLED;
  }
}
