package dev.sluice.capture.value;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;

/**
 * Values as the engine delivers them, in the forms that rows hold: equal to {@link TextValues} for
 * equal rows. Stateless.
 */
public final class EngineValues {

  /** Stands for a date or time in the binary log that has no form, such as one with zeros. */
  public static final long NO_FORM = Long.MIN_VALUE;

  private EngineValues() {}

  /**
   * The value.
   *
   * @param value what the engine's row struct holds, without defaults
   * @throws dev.sluice.schemas.error.SluiceException VALUE_NOT_CARRIED when it has no lossless form
   */
  public static Object of(ColumnSchema column, Object value, TextDecoders texts) {
    if (value == null) {
      if (!column.nullable()) {
        throw ValueErrors.notCarried(
            column, "it is NULL in the binary log, although the column is NOT NULL");
      }
      return null;
    }
    return switch (column.kind()) {
      case INTEGER, YEAR -> ((Number) value).longValue();
      case DECIMAL -> decimal(value).setScale(column.scale());
      case FLOAT -> ((Number) value).floatValue();
      case DOUBLE -> ((Number) value).doubleValue();
      case TEXT ->
          column.isEnumOrSet()
              ? Members.of(column).text(column, (Long) value)
              : texts.decode(column, bytes(value));
      case JSON -> JsonText.of(column, value.toString());
      case BYTES, GEOMETRY, VECTOR -> bytes(value);
      case BIT -> bit(column, value);
      case DATE, TIME, DATETIME, TIMESTAMP -> time(column, (Long) value);
    };
  }

  private static Long time(ColumnSchema column, Long value) {
    if (value == NO_FORM) {
      throw ValueErrors.notCarried(column, TimeText.NO_FORM);
    }
    return value;
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
}
