package dev.sluice.vdiff.job;

import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowRecord;

/** What may hold scans back. Asked often, so it must be cheap; thread-safe. */
public interface ScanLimits {

  /** Finds the limits of one workflow. */
  interface Source {

    /**
     * The limits of a workflow.
     *
     * @param direction the one whose read side has the traffic
     */
    ScanLimits of(WorkflowRecord record, Direction direction);
  }

  /** What the operator asked for, as it is now. */
  WorkflowControls controls();

  /** The largest lag of an applier, in seconds; infinite for one that has not spoken. */
  double applierSeconds();

  /**
   * The largest lag of a written shard's replica, in seconds; infinite for one that does not
   * replicate; 0 when there is none.
   */
  double replicaSeconds();
}
