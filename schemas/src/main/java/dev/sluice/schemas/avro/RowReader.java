package dev.sluice.schemas.avro;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;

/**
 * Reads rows written with any version of a table's schema into today's columns, matched by {@code
 * sluice.column}. Thread-safe.
 */
final class RowReader {

  private record Field(Schema.Type type, boolean nullable, int scale, int target, ValueKind kind) {}

  private final List<Field> fields = new ArrayList<>();
  private final int width;

  /**
   * Matches a written record schema with the columns wanted.
   *
   * @throws IllegalArgumentException when a wanted column was not written
   */
  RowReader(Schema written, List<ColumnSchema> columns) {
    width = columns.size();
    boolean[] found = new boolean[width];
    for (Schema.Field field : written.getFields()) {
      String name = field.getProp(TableAvro.COLUMN_PROPERTY);
      int target = -1;
      for (int i = 0; i < width; i++) {
        if (columns.get(i).name().equals(name)) {
          target = i;
          found[i] = true;
        }
      }
      boolean nullable = field.schema().isUnion();
      Schema type = nullable ? field.schema().getTypes().get(1) : field.schema();
      int scale =
          type.getLogicalType() instanceof LogicalTypes.Decimal decimal ? decimal.getScale() : 0;
      fields.add(
          new Field(
              type.getType(),
              nullable,
              scale,
              target,
              target < 0 ? null : columns.get(target).kind()));
    }
    for (int i = 0; i < width; i++) {
      if (!found[i]) {
        throw new IllegalArgumentException(
            "records of " + written.getFullName() + " carry no column " + columns.get(i).name());
      }
    }
  }

  Object[] read(Decoder in) throws IOException {
    Object[] row = new Object[width];
    for (Field field : fields) {
      Object value = field.nullable && in.readIndex() == 0 ? null : readValue(field, in);
      if (field.nullable && value == null) {
        in.readNull();
      }
      if (field.target >= 0) {
        row[field.target] = value;
      }
    }
    return row;
  }

  private static Object readValue(Field field, Decoder in) throws IOException {
    return switch (field.type) {
      case INT -> (long) in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case STRING -> in.readString(null);
      case BYTES -> readBytes(field, in);
      default ->
          throw new IllegalArgumentException("Avro type " + field.type + " is never written");
    };
  }

  private static Object readBytes(Field field, Decoder in) throws IOException {
    ByteBuffer buffer = in.readBytes(null);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return field.kind == ValueKind.DECIMAL
        ? new BigDecimal(new BigInteger(bytes), field.scale)
        : bytes;
  }
}
