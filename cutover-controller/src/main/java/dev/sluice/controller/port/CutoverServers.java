package dev.sluice.controller.port;

import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a change of traffic, and the end of a workflow, do on servers and in topics. Thread-safe.
 */
public interface CutoverServers {

  /** The fences of a side; nothing happens on a server yet. */
  SideFence fence(WorkflowRecord record, FenceSide side);

  /** Begins to follow what leaves the losing side. */
  Drain drain(WorkflowRecord record, FenceSide losing) throws InterruptedException;

  /**
   * Computes the ids that the gaining side goes on with. What is changed is changed under the locks
   * of both sides' fences and in this controller's epoch, so both have to be armed; a controller
   * that was replaced closes and opens nothing.
   */
  SequenceStep sequences(WorkflowRecord record, FenceSide gaining) throws InterruptedException;

  /**
   * Lets a side give out ids, where it has stopped to: the losing side of a change that is undone,
   * the gaining side of one that is committed. Guarded as {@link #sequences}. Can be repeated, also
   * where nothing was done.
   */
  void openSequences(WorkflowRecord record, FenceSide side) throws InterruptedException;

  /**
   * Deletes the target's sequences of a workflow that is cancelled. As the other methods that take
   * something away for good: under the lock of each server's fence and in this controller's epoch,
   * so that a controller that was replaced meanwhile takes nothing away; nothing is done on a
   * server whose fence was removed (there it was done before), or that has no sidecar.
   */
  void forgetSequences(WorkflowRecord record) throws InterruptedException;

  /**
   * Transactions on a side that a fence would have to wait for, a sentence each; nothing is
   * changed.
   *
   * @param olderThan that have written and are older
   * @param rows or have changed more rows
   */
  List<String> openTransactions(
      WorkflowRecord record, FenceSide side, Duration olderThan, long rows);

  /**
   * Appliers that hold for a VDiff go on, and none holds until then.
   *
   * @param until null: they may hold again
   */
  void voidHolds(WorkflowRecord record, Instant until) throws InterruptedException;

  /** Waits, bounded, until the routers that are there act by an epoch of the rules. */
  void awaitRouters(long rulesEpoch, Duration limit) throws InterruptedException;

  /** The workflow's last VDiff. */
  Optional<VDiffEntry> lastVDiff(WorkflowRecord record);

  /** What stands in the way of renaming the source's tables, a sentence each. */
  List<String> renameProblems(WorkflowRecord record);

  /**
   * Removes the source's tables, guarded as {@link #forgetSequences}.
   *
   * @param rename to {@code _<table>_old} instead of dropping them
   */
  void removeSourceTables(WorkflowRecord record, boolean rename) throws InterruptedException;

  /**
   * Drops the target's tables that the workflow created and empties those that it found, guarded as
   * {@link #forgetSequences}. Of a workflow whose copy never began, tables with rows are left as
   * they are: the rows are somebody else's.
   *
   * @return tables that were left by this call, and where, in order
   */
  List<String> removeTargetTables(WorkflowRecord record) throws InterruptedException;

  /** Deletes the workflow's rows from the sidecars of both sides, guarded the same way. */
  void deleteSidecarRows(WorkflowRecord record) throws InterruptedException;
}
