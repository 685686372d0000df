package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.value.EngineValues;
import dev.sluice.capture.value.ValueErrors;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Turns the engine's rows of one moved table into rows of the plan. Not thread-safe. */
final class RowTranslator {

  private final int table;
  private final TableSchema schema;
  private final boolean[] neededBefore;
  private Schema knownRow;
  private Field[] fields;

  /**
   * @param vindexColumn place of the column that decides the shard; -1 when there is none
   */
  RowTranslator(int table, TableSchema schema, int vindexColumn) {
    this.table = table;
    this.schema = schema;
    this.neededBefore = new boolean[schema.columns().size()];
    for (int index : schema.keyIndexes()) {
      neededBefore[index] = true;
    }
    if (vindexColumn >= 0) {
      neededBefore[vindexColumn] = true;
    }
  }

  SourceEvent.Row translate(Op op, Struct value, Struct source) {
    return new SourceEvent.Row(
        table,
        op,
        op == Op.CREATE ? null : row((Struct) value.getWithoutDefault("before"), neededBefore),
        op == Op.DELETE ? null : row((Struct) value.getWithoutDefault("after"), null),
        (String) source.getWithoutDefault("file"),
        (Long) source.getWithoutDefault("pos"),
        (Integer) source.getWithoutDefault("row"),
        (Long) source.getWithoutDefault("ts_ms"));
  }

  /** The row that a snapshot's record carries. */
  Object[] copied(Struct value) {
    return row((Struct) value.getWithoutDefault("after"), null);
  }

  private Object[] row(Struct struct, boolean[] needed) {
    if (struct.schema() != knownRow) {
      match(struct.schema());
    }
    Object[] row = new Object[fields.length];
    for (int i = 0; i < row.length; i++) {
      if (needed == null || needed[i]) {
        row[i] = value(struct, i);
      }
    }
    return row;
  }

  private Object value(Struct struct, int index) {
    ColumnSchema column = schema.columns().get(index);
    try {
      // get() would answer the column's DEFAULT for a NULL
      return EngineValues.of(column, struct.getWithoutDefault(fields[index].name()));
    } catch (SluiceException e) {
      throw ValueErrors.inRow(e, schema.name(), key(struct));
    }
  }

  private String key(Struct struct) {
    return Arrays.toString(
        schema.keyColumns().stream().map(column -> struct.getWithoutDefault(column)).toArray());
  }

  private void match(Schema rowSchema) {
    List<ColumnSchema> columns = schema.columns();
    Field[] matched = new Field[columns.size()];
    for (int i = 0; i < matched.length; i++) {
      matched[i] = rowSchema.field(columns.get(i).name());
      if (matched[i] == null) {
        throw new SluiceException(
            ErrorCode.TABLE_CHANGED,
            "table "
                + schema.name()
                + " has no column "
                + columns.get(i).name()
                + " in the binary log",
            "the table was altered after the move was planned: cancel the workflow and begin again");
      }
    }
    fields = matched;
    knownRow = rowSchema;
  }
}
