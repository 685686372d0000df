package dev.sluice.schemas.status;

import dev.sluice.schemas.workflow.ApplierId;
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
 * @param parkedRows rows that wait for a row of another source shard to go
 * @param parkedOldest one of them, about the oldest; null when there is none
 * @param replicaLagSeconds how far the shard's replica is behind; infinite when it does not
 *     replicate or has not been looked at, null when none is configured
 * @param heldSince since when it holds at a VDiff's marker; null when it does not
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
    long parkedRows,
    Parked parkedOldest,
    Instant retryingSince,
    UnitError error,
    Instant at,
    Double replicaLagSeconds,
    Instant heldSince)
    implements UnitStatus {

  /** Of an applier that has said nothing. */
  public static ApplierStatus silent(ApplierId applier) {
    return new ApplierStatus(
        applier.toString(),
        applier.workflow(),
        applier.workflowUuid(),
        applier.direction().word(),
        applier.shard(),
        null,
        null,
        null,
        0,
        List.of(),
        0,
        0,
        List.of(),
        0,
        null,
        null,
        null,
        null);
  }

  @Override
  public Object mark() {
    return List.of(
        state,
        String.valueOf(stage),
        String.valueOf(indexing),
        parkedRows > 0,
        heldSince != null,
        streams == null ? List.of() : streams.stream().map(StreamPlace::consistent).toList());
  }

  @Override
  public ApplierStatus in(Condition condition) {
    return new ApplierStatus(
        id,
        workflow,
        workflowUuid,
        direction,
        shard,
        condition.state(),
        condition.stage(),
        condition.stageSince(),
        ownerEpoch,
        streams,
        condition.lagOr(lagSeconds),
        backlogBytes,
        indexing,
        parkedRows,
        parkedOldest,
        condition.retryingSince(),
        condition.error(),
        condition.at(),
        replicaLagSeconds,
        null);
  }

  /** The status of a shard without a replica. */
  public ApplierStatus(
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
      long parkedRows,
      Parked parkedOldest,
      Instant retryingSince,
      UnitError error,
      Instant at) {
    this(
        id,
        workflow,
        workflowUuid,
        direction,
        shard,
        state,
        stage,
        stageSince,
        ownerEpoch,
        streams,
        lagSeconds,
        backlogBytes,
        indexing,
        parkedRows,
        parkedOldest,
        retryingSince,
        error,
        at,
        null,
        null);
  }

  /**
   * A row that waits.
   *
   * @param stream the shard read that it came from
   * @param key as SQL literals
   * @param since when it was parked
   */
  public record Parked(String stream, String table, String key, Instant since) {

    private static final int KEY_CHARACTERS = 200;

    /** Null for no stream; a long key is cut. */
    public static Parked of(String stream, String table, String key, Instant since) {
      if (stream == null) {
        return null;
      }
      boolean fits = key.length() <= KEY_CHARACTERS;
      return new Parked(stream, table, fits ? key : key.substring(0, KEY_CHARACTERS), since);
    }
  }

  /**
   * The applier's place in one stream.
   *
   * @param consistent the last applied cut is consistent
   * @param journalOffset of the last applied cut's record; the applier needs it and what follows
   *     it, nothing before; -1 before the first cut
   * @param copyRun of the last applied cut
   */
  public record StreamPlace(
      String stream,
      long captureEpoch,
      long cut,
      String gtidExecuted,
      boolean consistent,
      Instant sourceTime,
      long journalOffset,
      long copyRun) {

    /** A place in the first copy that is not in the journal yet. */
    public StreamPlace(
        String stream,
        long captureEpoch,
        long cut,
        String gtidExecuted,
        boolean consistent,
        Instant sourceTime) {
      this(stream, captureEpoch, cut, gtidExecuted, consistent, sourceTime, -1, 0);
    }
  }
}
