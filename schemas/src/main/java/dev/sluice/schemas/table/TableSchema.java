package dev.sluice.schemas.table;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A table's columns and the key that identifies its rows. Immutable.
 *
 * <p>A row of the table is an {@code Object[]} over {@link #columns()}, which leaves generated
 * columns out; a key is an {@code Object[]} over {@link #keyColumns()}, in the key's own column
 * order.
 *
 * @param name the table's name without its schema
 * @param columns the columns that rows carry, in table order, without generated ones
 * @param keyColumns names of the key's columns: the primary key, else a unique key over NOT NULL
 *     columns
 * @param secondaryUniqueKeys unique keys other than the key itself
 */
public record TableSchema(
    String name,
    List<ColumnSchema> columns,
    List<String> keyColumns,
    List<UniqueKey> secondaryUniqueKeys) {

  /**
   * A unique key.
   *
   * @param columns in key order; those that rows carry
   * @param computed the key also has what rows do not carry: a generated column, an expression, or
   *     only the beginning of a column. What a row holds in it is known to the server alone
   */
  public record UniqueKey(String name, List<String> columns, boolean computed) {
    public UniqueKey {
      columns = List.copyOf(columns);
    }

    /** A key over columns that rows carry whole. */
    public UniqueKey(String name, List<String> columns) {
      this(name, columns, false);
    }
  }

  public TableSchema {
    Objects.requireNonNull(name, "name");
    columns = List.copyOf(columns);
    keyColumns = List.copyOf(keyColumns);
    secondaryUniqueKeys = List.copyOf(secondaryUniqueKeys);
    if (keyColumns.isEmpty()) {
      throw new IllegalArgumentException("table " + name + " has no usable key");
    }
    for (String key : keyColumns) {
      if (columns.stream().noneMatch(c -> c.name().equals(key))) {
        throw new IllegalArgumentException(
            "table " + name + ": key column " + key + " is not one of its columns");
      }
    }
  }

  /**
   * The column's place in a row.
   *
   * @throws IllegalArgumentException when the table has no such column
   */
  public int indexOf(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException("table " + name + " has no column " + column);
  }

  public ColumnSchema column(String column) {
    return columns.get(indexOf(column));
  }

  /** Places of the key's columns in a row, in key order; a new array at each call. */
  public int[] keyIndexes() {
    return keyColumns.stream().mapToInt(this::indexOf).toArray();
  }

  /** The key's columns, in key order. */
  @JsonIgnore
  public List<ColumnSchema> keySchema() {
    List<ColumnSchema> result = new ArrayList<>(keyColumns.size());
    for (String key : keyColumns) {
      result.add(column(key));
    }
    return List.copyOf(result);
  }

  @JsonIgnore
  public boolean hasSecondaryUniqueKeys() {
    return !secondaryUniqueKeys.isEmpty();
  }
}
