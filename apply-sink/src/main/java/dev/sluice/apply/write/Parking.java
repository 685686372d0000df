package dev.sluice.apply.write;

import dev.sluice.apply.core.ParkedState;
import dev.sluice.mysql.sidecar.ParkedRow;
import dev.sluice.mysql.sidecar.ParkedRows;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.ApplierId;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An applier's parked rows; see docs/design/0006-parked-rows.md. Knows how many there are, so that
 * nothing is asked for while there are none. Not thread-safe.
 */
final class Parking {

  /** Rows tried by one sweep. */
  private static final int SWEEP_ROWS = 200;

  private final Connection connection;
  private final ParkedRows rows;
  private final ApplierId applier;
  private final List<String> streams;
  private final Clock clock;
  private final Duration patience;
  private final Instant began;
  private final TreeMap<String, Long> counts = new TreeMap<>();
  private ParkedRow swept;
  private ParkedRow oldest;

  /**
   * Reads what is parked.
   *
   * @param streams names of the shards read, in order
   * @param patience how long a row may wait, in source time of all streams and by the clock
   */
  Parking(
      Connection connection,
      ParkedRows rows,
      ApplierId applier,
      List<String> streams,
      Clock clock,
      Duration patience)
      throws SQLException {
    this.connection = connection;
    this.rows = rows;
    this.applier = applier;
    this.streams = streams;
    this.clock = clock;
    this.patience = patience;
    this.began = clock.instant();
    counts.putAll(rows.counts(connection, applier));
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  boolean isEmpty(String table) {
    return !counts.containsKey(table);
  }

  ParkedState state() {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      oldest = null;
    }
    return oldest == null
        ? new ParkedState(all, null, null, null, null)
        : new ParkedState(all, oldest.stream(), oldest.table(), oldest.key(), oldest.parkedAt());
  }

  Map<ByteBuffer, Instant> take(String table, int stream, List<byte[]> hashes) throws SQLException {
    Map<ByteBuffer, Instant> since =
        rows.since(connection, applier, table, streams.get(stream), hashes);
    if (!since.isEmpty()) {
      count(table, -rows.remove(connection, applier, table, streams.get(stream), hashes));
    }
    return since;
  }

  /**
   * @param since when an older image of the row was parked; null when none was
   */
  void put(String table, int stream, byte[] hash, String key, String values, Instant since)
      throws SQLException {
    ParkedRow row =
        new ParkedRow(
            table, hash, streams.get(stream), key, values, since == null ? clock.instant() : since);
    rows.put(connection, applier, row);
    count(table, 1);
    note(row);
  }

  /** Forgets every row of a stream; answers how many there were. */
  int forget(String table, int stream) throws SQLException {
    if (isEmpty(table)) {
      return 0;
    }
    int removed = rows.removeAll(connection, applier, table, streams.get(stream));
    if (removed > 0) {
      count(table, -removed);
      oldest = null;
      swept = null;
    }
    return removed;
  }

  List<ParkedRow> find(String table, Collection<byte[]> hashes) throws SQLException {
    return rows.find(connection, applier, table, hashes);
  }

  void placed(List<ParkedRow> placed) throws SQLException {
    Map<String, List<byte[]>> byStream = new HashMap<>();
    for (ParkedRow row : placed) {
      byStream.computeIfAbsent(row.stream(), s -> new ArrayList<>()).add(row.keyHash());
    }
    String table = placed.get(0).table();
    for (Map.Entry<String, List<byte[]>> entry : byStream.entrySet()) {
      count(table, -rows.remove(connection, applier, table, entry.getKey(), entry.getValue()));
    }
    if (placed.contains(oldest)) {
      oldest = null;
    }
  }

  /** The rows to be tried next, all of one table; in time every row has its turn. */
  List<ParkedRow> nextToSweep() throws SQLException {
    if (swept != null) {
      if (!isEmpty(swept.table())) {
        List<ParkedRow> page = rows.page(connection, applier, swept.table(), swept, SWEEP_ROWS);
        if (!page.isEmpty()) {
          return sweep(page);
        }
      }
      String next = counts.higherKey(swept.table());
      swept = null;
      if (next != null) {
        return sweep(rows.page(connection, applier, next, null, SWEEP_ROWS));
      }
    }
    oldest = null;
    return counts.isEmpty()
        ? List.of()
        : sweep(rows.page(connection, applier, counts.firstKey(), null, SWEEP_ROWS));
  }

  private List<ParkedRow> sweep(List<ParkedRow> page) {
    swept = page.isEmpty() ? null : page.get(page.size() - 1);
    return page;
  }

  /**
   * Judges rows that a sweep could not place.
   *
   * @param passedMillis source time up to which all streams have been applied, since 1970 UTC
   * @throws SluiceException TARGET_REFUSED_ROW when one has waited for too long
   */
  void stillParked(Map<ParkedRow, SQLException> refused, long passedMillis) {
    refused.forEach(
        (row, why) -> {
          note(row);
          Instant since = row.parkedAt().isAfter(began) ? row.parkedAt() : began;
          Instant until = since.plus(patience);
          // by both clocks: the source's may be far ahead of the one that says when it was parked
          if (passedMillis > until.toEpochMilli() && clock.instant().isAfter(until)) {
            throw waitedTooLong(row, why);
          }
        });
  }

  private SluiceException waitedTooLong(ParkedRow row, SQLException why) {
    return new SluiceException(
        ErrorCode.TARGET_REFUSED_ROW,
        "table "
            + row.table()
            + ": the row with key ("
            + row.key()
            + ") of source shard "
            + row.stream()
            + " has been parked since "
            + row.parkedAt()
            + ", as another row is in its place ("
            + why.getMessage()
            + "), and every stream has been applied for "
            + patience.toSeconds()
            + " s since then",
        "two source shards hold the same key or unique value, or somebody else wrote to the target: delete or change one"
            + " of both rows, then start the workflow again; nothing was overwritten, parked rows stay in the sidecar's"
            + " table parked",
        why);
  }

  private void note(ParkedRow row) {
    if (oldest == null || row.parkedAt().isBefore(oldest.parkedAt())) {
      oldest = row;
    }
  }

  private void count(String table, long more) {
    counts.merge(table, more, (a, b) -> a + b == 0 ? null : a + b);
  }
}
