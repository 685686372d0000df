package dev.sluice.vdiff.scan;

import dev.sluice.mysql.digest.TableDigests;
import dev.sluice.mysql.sql.KeyLiterals;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One table on both sides: its statements for each shard. Immutable.
 *
 * @param digests by {@link ShardRef#label}
 * @param wide true when every server can make digests of 256 bits
 * @param rowsEstimated of the source, from the servers' statistics
 */
public record TableSides(
    String name,
    TableSchema source,
    TableSchema target,
    Map<String, TableDigests> digests,
    boolean wide,
    long rowsEstimated) {

  public TableSides {
    digests = Map.copyOf(digests);
  }

  public TableDigests on(ShardRef shard) {
    return digests.get(shard.label());
  }

  /** True when ranges of the key hold the same keys on both sides. */
  public boolean ordered() {
    return digests.values().stream().allMatch(TableDigests::ordered);
  }

  public boolean hasJson() {
    return source.columns().stream().anyMatch(column -> column.kind() == ValueKind.JSON);
  }

  /** A key that a change names, in the order of the source's key. */
  public KeyRef ofValues(List<String> keyColumns, Object[] values) {
    List<String> onSource = new ArrayList<>();
    List<String> onTarget = new ArrayList<>();
    for (String column : source.keyColumns()) {
      Object value = values[keyColumns.indexOf(column)];
      onSource.add(KeyLiterals.of(source.column(column), value));
      onTarget.add(KeyLiterals.of(target.column(column), value));
    }
    return new KeyRef(onSource, onTarget);
  }

  /** The columns compared, in the source's order. */
  public List<ColumnSchema> columns() {
    return source.columns();
  }
}
