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
 * @param parkedRows rows that wait for a row of another source shard to go
 * @param parkedOldest one of them, about the oldest; null when there is none
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
    Instant at) {

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
   */
  public record StreamPlace(
      String stream,
      long captureEpoch,
      long cut,
      String gtidExecuted,
      boolean consistent,
      Instant sourceTime) {}
}
