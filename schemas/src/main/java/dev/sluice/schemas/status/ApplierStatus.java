package dev.sluice.schemas.status;

import java.time.Instant;
import java.util.List;

/**
 * What an applier says of itself, in {@code sluice.status}.
 *
 * @param id {@code workflow/direction/shard}
 * @param state starting, applying, stopped, retrying or error
 * @param ownerEpoch of this owner
 * @param streams its place in each stream
 * @param lagSeconds age of the newest change applied while more is waiting; 0 when caught up
 * @param backlogBytes bytes in the data topics that are still to be applied
 * @param indexing tables whose deferred indexes are not back yet
 */
public record ApplierStatus(
    String id,
    String workflow,
    String workflowUuid,
    String direction,
    String shard,
    String state,
    String stage,
    Instant stageSince,
    long ownerEpoch,
    List<StreamPlace> streams,
    double lagSeconds,
    long backlogBytes,
    List<String> indexing,
    Instant retryingSince,
    UnitError error,
    Instant at) {

  /**
   * The applier's place in one stream.
   *
   * @param consistent the last applied cut is consistent
   */
  public record StreamPlace(
      String stream,
      long captureEpoch,
      long cut,
      String gtidExecuted,
      boolean consistent,
      Instant sourceTime) {}
}
