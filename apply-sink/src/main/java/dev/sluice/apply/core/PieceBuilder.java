package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers changes of one stream and one mode and keeps the last one of each key. Not thread-safe.
 */
final class PieceBuilder {

  private final ApplyLimits limits;
  private final Map<Integer, LinkedHashMap<Object, RowChange>> tables = new LinkedHashMap<>();
  private Map<Op, Long> operations = new EnumMap<>(Op.class);
  private int rows;
  private long bytesHeld;
  private long bytesTaken;
  private long changes;

  PieceBuilder(ApplyLimits limits) {
    this.limits = limits;
  }

  void add(RowChange change) {
    LinkedHashMap<Object, RowChange> table =
        tables.computeIfAbsent(change.table(), t -> new LinkedHashMap<>());
    Object key = RowKey.of(change.change().key());
    // removed first, so that the order is that of the last touch
    RowChange before = table.remove(key);
    table.put(key, before == null ? change : change.after(before));
    rows += before == null ? 1 : 0;
    bytesHeld += change.bytes() - (before == null ? 0 : before.bytes());
    bytesTaken += change.bytes();
    changes++;
    operations.merge(change.change().op(), 1L, Long::sum);
  }

  boolean isEmpty() {
    return changes == 0;
  }

  boolean isFull() {
    return rows >= limits.pieceRows()
        || bytesHeld >= limits.pieceBytes()
        || changes >= limits.pieceChanges();
  }

  /** True when so much more still fits, were no key touched twice. */
  boolean fits(long moreRows, long moreBytes) {
    return rows + moreRows <= limits.pieceRows() && bytesHeld + moreBytes <= limits.pieceBytes();
  }

  long bytesTaken() {
    return bytesTaken;
  }

  Map<Op, Long> operations() {
    return operations;
  }

  /** The batches gathered; the builder must be {@link #clear}ed before it is used again. */
  List<TableBatch> batches() {
    List<TableBatch> batches = new ArrayList<>(tables.size());
    tables.forEach(
        (table, changesByKey) -> {
          List<Change> deletes = new ArrayList<>();
          List<Change> kept = new ArrayList<>(changesByKey.size());
          int fresh = 0;
          for (RowChange change : changesByKey.values()) {
            boolean deleted = change.change().after() == null;
            (deleted ? deletes : kept).add(change.change());
            fresh += deleted || !change.fresh() ? 0 : 1;
          }
          batches.add(new TableBatch(table, deletes, kept, fresh));
        });
    return batches;
  }

  void clear() {
    tables.clear();
    operations = new EnumMap<>(Op.class);
    rows = 0;
    bytesHeld = 0;
    bytesTaken = 0;
    changes = 0;
  }
}
