package dev.sluice.apply.write;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;

/** The values that a row holds in a unique key. */
final class UniqueValues {

  private final int[] indexes;
  private final ColumnSchema[] columns;

  UniqueValues(TableSchema schema, TableSchema.UniqueKey key) {
    indexes = key.columns().stream().mapToInt(schema::indexOf).toArray();
    columns = key.columns().stream().map(schema::column).toArray(ColumnSchema[]::new);
  }

  ColumnSchema[] columns() {
    return columns;
  }

  /** Null when one of them is NULL, since such a row clashes with none. */
  Object[] of(Object[] row) {
    Object[] values = new Object[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      values[i] = row[indexes[i]];
      if (values[i] == null) {
        return null;
      }
    }
    return values;
  }
}
