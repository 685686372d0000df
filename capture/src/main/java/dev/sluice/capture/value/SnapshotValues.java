package dev.sluice.capture.value;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.apache.kafka.connect.data.Struct;

/** Values as the engine's own snapshot delivers them, in the forms that rows hold. Stateless. */
public final class SnapshotValues {

  private SnapshotValues() {}

  /**
   * The value.
   *
   * @param value what the engine's row struct holds, without defaults
   * @throws dev.sluice.schemas.error.SluiceException VALUE_NOT_CARRIED when it has no lossless form
   */
  public static Object of(ColumnSchema column, Object value) {
    if (value == null) {
      if (!column.nullable()) {
        throw ValueErrors.notCarried(
            column, "the binary log's value has no form (a zero date, say)");
      }
      return null;
    }
    if (TextDecoders.readAsBytes(column)) {
      throw ValueErrors.notCarried(
          column,
          "Debezium's snapshot decodes character set "
              + column.charset()
              + " otherwise than MySQL; use copy: chunked");
    }
    return switch (column.kind()) {
      case INTEGER -> ((Number) value).longValue();
      case YEAR -> year(((Number) value).longValue());
      case DECIMAL -> decimal(value).setScale(column.scale());
      case FLOAT -> ((Number) value).floatValue();
      case DOUBLE -> ((Number) value).doubleValue();
      case TEXT -> new Utf8(text(column, value.toString()));
      case JSON -> JsonText.of(column, value.toString());
      case BYTES -> bytes(value);
      case BIT -> bit(column, value);
      case GEOMETRY -> geometry((Struct) value);
      case VECTOR -> vector((List<?>) value);
      case DATE, TIME, DATETIME -> ((Number) value).longValue();
      case TIMESTAMP -> timestamp(column, value.toString());
    };
  }

  /** The engine escapes commas in members of an ENUM. */
  private static String text(ColumnSchema column, String value) {
    return column.dataType().equals("enum") ? value.replace("\\,", ",") : value;
  }

  /**
   * The engine adds 1900 to the byte stored, which is 0 for the year 0000; 1900 itself is no YEAR.
   */
  private static Long year(long value) {
    return value == 1900 ? 0L : value;
  }

  private static BigDecimal decimal(Object value) {
    return value instanceof BigDecimal decimal
        ? decimal
        : BigDecimal.valueOf(((Number) value).longValue());
  }

  private static byte[] bytes(Object value) {
    if (value instanceof byte[] array) {
      return array;
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] array = new byte[buffer.remaining()];
    buffer.get(array);
    return array;
  }

  /** The engine gives BIT(1) as boolean and longer ones in little-endian bytes. */
  private static byte[] bit(ColumnSchema column, Object value) {
    if (value instanceof Boolean flag) {
      return new byte[] {(byte) (flag ? 1 : 0)};
    }
    byte[] little = bytes(value);
    byte[] big = new byte[bitBytes(column, little.length)];
    for (int i = 0; i < Math.min(big.length, little.length); i++) {
      big[big.length - 1 - i] = little[i];
    }
    return big;
  }

  /** Bytes that {@code bit(n)} needs. */
  private static int bitBytes(ColumnSchema column, int fallback) {
    String type = column.columnType();
    int open = type.indexOf('(');
    int close = type.indexOf(')');
    if (open < 0 || close < open) {
      return fallback;
    }
    return (Integer.parseInt(type.substring(open + 1, close).trim()) + 7) / 8;
  }

  private static byte[] geometry(Struct value) {
    byte[] wkb = bytes(value.getWithoutDefault("wkb"));
    Integer srid = (Integer) value.getWithoutDefault("srid");
    return ByteBuffer.allocate(Integer.BYTES + wkb.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(srid == null ? 0 : srid)
        .put(wkb)
        .array();
  }

  private static byte[] vector(List<?> value) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Float.BYTES * value.size()).order(ByteOrder.LITTLE_ENDIAN);
    value.forEach(element -> buffer.putFloat(((Number) element).floatValue()));
    return buffer.array();
  }

  /** {@code 2020-01-02T03:04:05[.ffffff]Z}, which differs from MySQL's own text in two letters. */
  private static Long timestamp(ColumnSchema column, String text) {
    if (!text.endsWith("Z")) {
      throw ValueErrors.notCarried(
          column, "a timestamp that is not in UTC came from the binary log");
    }
    long micros = TimeText.dateTime(column, text.getBytes(StandardCharsets.US_ASCII));
    if (micros == 0) {
      // no TIMESTAMP: its range begins a second later. The engine makes it of a zero date
      throw ValueErrors.notCarried(column, "a date that is zero in part or whole has no form");
    }
    return micros;
  }
}
