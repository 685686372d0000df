package dev.sluice.schemas.avro;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/** Rows as Avro generic records and back, for serializers that are not ours. Thread-safe. */
final class GenericRows {

  private GenericRows() {}

  static GenericRecord toRecord(Schema schema, List<ColumnSchema> columns, Object[] row) {
    GenericRecord record = new GenericData.Record(schema);
    for (int i = 0; i < columns.size(); i++) {
      record.put(i, toAvro(columns.get(i), row[i]));
    }
    return record;
  }

  static Object[] fromRecord(GenericRecord record, List<ColumnSchema> columns) {
    Object[] row = new Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      ColumnSchema column = columns.get(i);
      Schema.Field field =
          record.getSchema().getFields().stream()
              .filter(f -> column.name().equals(f.getProp(TableAvro.COLUMN_PROPERTY)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "records of "
                              + record.getSchema().getFullName()
                              + " carry no column "
                              + column.name()));
      row[i] = fromAvro(column, field.schema(), record.get(field.pos()));
    }
    return row;
  }

  private static Object toAvro(ColumnSchema column, Object value) {
    if (value == null) {
      return null;
    }
    return switch (column.kind()) {
      case INTEGER -> column.fitsInt() ? (Object) Math.toIntExact((Long) value) : value;
      case YEAR, DATE -> Math.toIntExact((Long) value);
      case DECIMAL ->
          ByteBuffer.wrap(
              ((BigDecimal) value).setScale(column.scale()).unscaledValue().toByteArray());
      case BYTES, BIT, GEOMETRY, VECTOR -> ByteBuffer.wrap((byte[]) value);
      default -> value;
    };
  }

  private static Object fromAvro(ColumnSchema column, Schema schema, Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof CharSequence text) {
      return text instanceof Utf8 utf8 ? new Utf8(utf8) : new Utf8(text.toString());
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return column.kind() == ValueKind.DECIMAL
          ? new BigDecimal(new BigInteger(bytes), scale(schema))
          : bytes;
    }
    return value;
  }

  private static int scale(Schema schema) {
    Schema type = schema.isUnion() ? schema.getTypes().get(1) : schema;
    return ((LogicalTypes.Decimal) type.getLogicalType()).getScale();
  }
}
