package dev.sluice.schemas.status;

import dev.sluice.schemas.workflow.StreamId;
import java.time.Instant;
import java.util.List;

/**
 * What a stream's capture says of itself, in {@code sluice.status}.
 *
 * @param id {@code workflow/direction/shard}
 * @param state starting, copying, streaming, stopped, retrying or error
 * @param stage what it is doing or waiting for now
 * @param stageSince since when
 * @param gtidExecuted executed set of the last committed cut
 * @param lagSeconds age of the newest source change that is in the journal; 0 when the stream is at
 *     the source's end
 * @param cut number of the last committed cut
 * @param copyComplete every row has been sent
 * @param consistent the last committed cut is consistent
 * @param copyRun of the last committed cut
 * @param throttled what the row copy waits for; null when it does not
 * @param replicaLagSeconds how far the replica that is read is behind its primary; null when the
 *     primary is read, or nothing is known yet
 */
public record StreamStatus(
    String id,
    String workflow,
    String workflowUuid,
    String direction,
    String shard,
    String state,
    String stage,
    Instant stageSince,
    String gtidExecuted,
    double lagSeconds,
    long cut,
    long captureEpoch,
    boolean copyComplete,
    boolean consistent,
    List<TableCopy> tables,
    UnitError error,
    Instant retryingSince,
    Instant at,
    long copyRun,
    String throttled,
    Double replicaLagSeconds)
    implements UnitStatus {

  /** Of a stream that has said nothing. */
  public static StreamStatus silent(StreamId stream) {
    return new StreamStatus(
        stream.toString(),
        stream.workflow(),
        stream.workflowUuid(),
        stream.direction().word(),
        stream.shard(),
        null,
        null,
        null,
        null,
        0,
        0,
        0,
        false,
        false,
        List.of(),
        null,
        null,
        null);
  }

  @Override
  public Object mark() {
    return List.of(state, String.valueOf(stage), consistent, copyComplete);
  }

  @Override
  public StreamStatus in(Condition condition) {
    return new StreamStatus(
        id,
        workflow,
        workflowUuid,
        direction,
        shard,
        condition.state(),
        condition.stage(),
        condition.stageSince(),
        gtidExecuted,
        condition.lagOr(lagSeconds),
        cut,
        captureEpoch,
        copyComplete,
        consistent,
        tables,
        condition.error(),
        condition.retryingSince(),
        condition.at(),
        copyRun,
        null,
        replicaLagSeconds);
  }

  /** The status of a first copy that nothing holds back. */
  public StreamStatus(
      String id,
      String workflow,
      String workflowUuid,
      String direction,
      String shard,
      String state,
      String stage,
      Instant stageSince,
      String gtidExecuted,
      double lagSeconds,
      long cut,
      long captureEpoch,
      boolean copyComplete,
      boolean consistent,
      List<TableCopy> tables,
      UnitError error,
      Instant retryingSince,
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
        gtidExecuted,
        lagSeconds,
        cut,
        captureEpoch,
        copyComplete,
        consistent,
        tables,
        error,
        retryingSince,
        at,
        0,
        null,
        null);
  }

  /**
   * Copy progress of one table.
   *
   * @param phase waiting, copying or done
   */
  public record TableCopy(String table, String phase, long rowsCopied, long rowsEstimated) {}
}
