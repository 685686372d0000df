package dev.sluice.schemas.avro;

import dev.sluice.schemas.table.ColumnSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.avro.io.Encoder;
import org.apache.avro.util.Utf8;

/**
 * Writes rows as the record schema that {@link TableAvro} builds for the same columns. Thread-safe.
 */
final class RowWriter {

  private final ColumnSchema[] columns;
  private final boolean[] fitsInt;

  RowWriter(List<ColumnSchema> columns) {
    this.columns = columns.toArray(ColumnSchema[]::new);
    this.fitsInt = new boolean[this.columns.length];
    for (int i = 0; i < fitsInt.length; i++) {
      fitsInt[i] = this.columns[i].fitsInt();
    }
  }

  void write(Object[] row, Encoder out) throws IOException {
    if (row.length != columns.length) {
      throw new IllegalArgumentException(row.length + " values for " + columns.length + " columns");
    }
    for (int i = 0; i < columns.length; i++) {
      ColumnSchema column = columns[i];
      Object value = row[i];
      if (column.nullable()) {
        if (value == null) {
          out.writeIndex(0);
          continue;
        }
        out.writeIndex(1);
      } else if (value == null) {
        throw new IllegalArgumentException(
            "column " + column.name() + " is NOT NULL, but the value is NULL");
      }
      writeValue(column, fitsInt[i], value, out);
    }
  }

  private static void writeValue(ColumnSchema column, boolean fitsInt, Object value, Encoder out)
      throws IOException {
    switch (column.kind()) {
      case INTEGER -> {
        long number = (Long) value;
        if (fitsInt) {
          out.writeInt(Math.toIntExact(number));
        } else {
          out.writeLong(number);
        }
      }
      case YEAR, DATE -> out.writeInt(Math.toIntExact((Long) value));
      case TIME, DATETIME, TIMESTAMP -> out.writeLong((Long) value);
      case FLOAT -> out.writeFloat((Float) value);
      case DOUBLE -> out.writeDouble((Double) value);
      case DECIMAL -> writeDecimal(column, (BigDecimal) value, out);
      case TEXT, JSON -> out.writeString((Utf8) value);
      case BYTES, BIT, GEOMETRY, VECTOR -> out.writeBytes((byte[]) value);
    }
  }

  private static void writeDecimal(ColumnSchema column, BigDecimal value, Encoder out)
      throws IOException {
    // setScale without rounding: a value that does not fit its column is a bug, not something to
    // round away
    out.writeBytes(value.setScale(column.scale()).unscaledValue().toByteArray());
  }
}
