package dev.sluice.mysql.sidecar;

import dev.sluice.schemas.workflow.Direction;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a shard has applied one stream. Immutable.
 *
 * @param workflowUuid with direction, stream and shard the key
 * @param stream name of the shard read
 * @param shard name of the shard written
 * @param workflow the workflow's name
 * @param captureEpoch epoch of the cut applied last; 0 before the first
 * @param cut number of the cut applied last; 0 before the first
 * @param journalOffset journal offset of that cut's record; -1 before the first
 * @param txn rises by one with each applier transaction, unsigned
 * @param ownerEpoch rises with each takeover, from 1
 * @param connectionId the owner's connection on this server, unsigned
 * @param ddlToken marks DDL of Sluice's own that is under way
 * @param sourceTime when the newest change applied was made on the source
 */
public record Checkpoint(
    String workflowUuid,
    Direction direction,
    String stream,
    String shard,
    String workflow,
    long captureEpoch,
    long cut,
    long journalOffset,
    long txn,
    long ownerEpoch,
    long connectionId,
    Optional<String> ddlToken,
    Optional<String> ddlStatement,
    Optional<Instant> sourceTime,
    Instant updatedAt) {

  /**
   * What an applier transaction reaches.
   *
   * @param captureEpoch epoch of the last cut applied in it
   * @param cut number of that cut
   * @param journalOffset journal offset of that cut's record
   * @param sourceTime empty when unknown
   */
  public record Progress(
      long captureEpoch, long cut, long journalOffset, Optional<Instant> sourceTime) {}
}
