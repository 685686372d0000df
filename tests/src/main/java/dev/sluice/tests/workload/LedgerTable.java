package dev.sluice.tests.workload;

import dev.sluice.tests.sample.TextColumn;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A table that {@link LedgerWriter} writes. A row is a {@code String[]} over {@link #columns()},
 * null for NULL, each value exactly as MySQL prints it, so that what was written can be compared
 * with what is read. Implementations are thread-safe.
 */
public interface LedgerTable {

  String name();

  List<TextColumn> columns();

  /** Places of the key columns. */
  List<Integer> keyColumns();

  /** Place of the column of a secondary unique key; -1 when there is none. */
  int uniqueColumn();

  /** Place of the vindex column, when it is not part of the key; else -1. */
  int vindexColumn();

  /** True when the table is moved, so its changes must be in the journal. */
  boolean moved();

  /** Fresh, never used before, for the key and the unique column of a row. */
  String[] newRow(SplittableRandom random, long freshId, long version);

  /**
   * A copy with other values in columns that are neither key, unique nor vindex; it must differ.
   */
  String[] changedRow(SplittableRandom random, String[] row, long version);

  /** A copy with a fresh key and version, everything else as it was. */
  String[] withKey(String[] row, long freshId, long version);

  /** Another value for the vindex column; called only when there is one. */
  String newVindexValue(SplittableRandom random);

  /** A value of the unique column that no row ever had; called only when there is one. */
  String freshUnique(long freshId);

  /** The key's values of a row as one text. */
  default String key(String[] row) {
    if (keyColumns().size() == 1) {
      return row[keyColumns().get(0)];
    }
    StringBuilder key = new StringBuilder();
    for (int column : keyColumns()) {
      key.append(key.length() == 0 ? "" : "\u001f").append(row[column]);
    }
    return key.toString();
  }
}
