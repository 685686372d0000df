package dev.sluice.controller.workflow;

import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.List;

/**
 * What came of a command.
 *
 * @param steps what was done, or would be; empty when all was so already
 * @param writeBlockMillis of a change of traffic: from the first denial to the last opening; null
 *     when no writes were blocked
 */
public record Outcome(
    String name,
    WorkflowState startState,
    WorkflowState currentState,
    List<Step> steps,
    Long writeBlockMillis) {

  /** An outcome of what blocks no writes. */
  public Outcome(
      String name, WorkflowState startState, WorkflowState currentState, List<Step> steps) {
    this(name, startState, currentState, steps, null);
  }

  /**
   * One step.
   *
   * @param startedAt null when only planned
   * @param outcome done, undone, failed, planned, or started for what goes on in the background
   */
  public record Step(String name, Instant startedAt, Long millis, String outcome) {

    public static Step planned(String name) {
      return new Step(name, null, null, "planned");
    }
  }

  public Outcome {
    steps = List.copyOf(steps);
  }

  /** True when nothing had to be done. */
  public static Outcome already(String name, WorkflowState state) {
    return new Outcome(name, state, state, List.of());
  }
}
