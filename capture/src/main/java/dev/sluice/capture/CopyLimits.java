package dev.sluice.capture;

import dev.sluice.schemas.workflow.WorkflowControls;
import java.util.List;
import java.util.function.LongSupplier;

/** What may hold the row copy back. Asked often, so it must be cheap; thread-safe. */
public interface CopyLimits {

  /**
   * How far the targets are behind, as far as they have said.
   *
   * @param backlogBytes bytes that appliers still have to apply
   * @param applierSeconds the largest lag of an applier; infinite for one that has not spoken
   * @param replicaSeconds the largest lag of a target's replica; infinite for one that does not
   *     replicate; 0 when there is none
   * @param appliedCuts for each shard written the number of the stream's cut applied last; empty
   *     when it is not known
   */
  record Targets(
      long backlogBytes, double applierSeconds, double replicaSeconds, List<Long> appliedCuts) {

    /** Only the bytes are known. */
    public static Targets behind(long backlogBytes) {
      return new Targets(backlogBytes, 0, 0, List.of());
    }
  }

  /** What the operator asked for. */
  WorkflowControls controls();

  Targets targets();

  /** No throttle, and a backlog that somebody counts. */
  static CopyLimits backlog(LongSupplier bytes) {
    return new CopyLimits() {
      @Override
      public WorkflowControls controls() {
        return WorkflowControls.NONE;
      }

      @Override
      public Targets targets() {
        return Targets.behind(bytes.getAsLong());
      }
    };
  }
}
