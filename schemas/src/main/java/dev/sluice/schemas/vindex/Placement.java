package dev.sluice.schemas.vindex;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;

/**
 * Which shard of a keyspace holds a row of one table. Not thread-safe: it reuses one digest; make
 * one a thread.
 */
public final class Placement {

  private final KeyRanges ranges;
  private final String table;
  private final ColumnSchema column;
  private final int columnIndex;
  private final Sha256Vindex vindex = new Sha256Vindex();

  private Placement(KeyRanges ranges, String table, ColumnSchema column, int columnIndex) {
    this.ranges = ranges;
    this.table = table;
    this.column = column;
    this.columnIndex = columnIndex;
  }

  /**
   * The placement of a table's rows over a keyspace's shards.
   *
   * @param vindex may be null when the keyspace has one shard
   * @throws IllegalArgumentException when there are several shards and no vindex, or the column
   *     cannot be one
   */
  public static Placement of(TableSchema table, VindexSpec vindex, KeyRanges ranges) {
    if (ranges.size() == 1) {
      return new Placement(ranges, table.name(), null, -1);
    }
    if (vindex == null) {
      throw new IllegalArgumentException(
          "table " + table.name() + " has no vindex, but " + ranges + " is sharded");
    }
    ColumnSchema column = table.column(vindex.column());
    if (!CanonicalText.usable(column)) {
      throw new IllegalArgumentException(
          "table "
              + table.name()
              + ": column "
              + column.name()
              + " ("
              + column.columnType()
              + ") cannot be a vindex");
    }
    return new Placement(ranges, table.name(), column, table.indexOf(vindex.column()));
  }

  /** True when a row's place depends on its values. */
  public boolean sharded() {
    return column != null;
  }

  /** The vindex column's place in a row; -1 when the keyspace has one shard. */
  public int columnIndex() {
    return columnIndex;
  }

  /**
   * The number of the shard that holds the row.
   *
   * @param row over {@link TableSchema#columns()}
   * @throws SluiceException VALUE_NOT_CARRIED when the vindex column is NULL
   */
  public int shardOf(Object[] row) {
    return column == null ? 0 : shardOfValue(row[columnIndex]);
  }

  /** The number of the shard that holds rows with this vindex value; as {@link #shardOf}. */
  public int shardOfValue(Object value) {
    if (column == null) {
      return 0;
    }
    if (value == null) {
      throw new SluiceException(
          ErrorCode.VALUE_NOT_CARRIED,
          "table " + table + ": vindex column " + column.name() + " is NULL in a row",
          "make the column NOT NULL; a row without a vindex value has no shard");
    }
    return ranges.indexOf(vindex.keyspaceId(CanonicalText.of(column, value)));
  }
}
