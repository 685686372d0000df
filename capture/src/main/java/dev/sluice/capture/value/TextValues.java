package dev.sluice.capture.value;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Values as MySQL's text protocol sends them, in the forms that rows hold. Stateless. */
public final class TextValues {

  private TextValues() {}

  /**
   * The value.
   *
   * @param bytes as received; null for NULL. Text in UTF-8, or as {@link TextDecoders#readAsBytes}
   *     says; of ENUM and SET the number. The result may keep the array.
   * @throws dev.sluice.schemas.error.SluiceException VALUE_NOT_CARRIED when it has no lossless form
   */
  public static Object of(ColumnSchema column, byte[] bytes, TextDecoders texts) {
    if (bytes == null) {
      return null;
    }
    return switch (column.kind()) {
      case INTEGER, YEAR -> integer(bytes);
      case DECIMAL -> new BigDecimal(ascii(bytes)).setScale(column.scale());
      // read as DOUBLE: the text of a FLOAT has too few digits
      case FLOAT -> (float) Double.parseDouble(ascii(bytes));
      case DOUBLE -> Double.parseDouble(ascii(bytes));
      case TEXT ->
          column.isEnumOrSet()
              ? Members.of(column).text(column, Long.parseUnsignedLong(ascii(bytes)))
              : texts.decode(column, bytes);
      case JSON -> JsonText.of(column, new String(bytes, StandardCharsets.UTF_8));
      case BYTES, BIT, GEOMETRY, VECTOR -> bytes;
      case DATE -> TimeText.date(column, bytes);
      case TIME -> TimeText.time(bytes);
      case DATETIME, TIMESTAMP -> TimeText.dateTime(column, bytes);
    };
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static Long integer(byte[] bytes) {
    boolean negative = bytes.length > 0 && bytes[0] == '-';
    int start = negative ? 1 : 0;
    if (start == bytes.length) {
      throw new IllegalArgumentException("no digits where an integer should be");
    }
    long value = 0;
    for (int i = start; i < bytes.length; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("not an integer: byte " + i);
      }
      // negative, as Long.MIN_VALUE has no positive counterpart
      value = Math.subtractExact(Math.multiplyExact(value, 10L), digit);
    }
    return negative ? value : Math.negateExact(value);
  }
}
