package dev.sluice.apply.write;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.avro.util.Utf8;

/** Values as SQL literals and as fields of LOAD DATA. Stateless. */
final class ValueText {

  private ValueText() {}

  /** A SQL literal in a utf8mb4 session without NO_BACKSLASH_ESCAPES. */
  static void literal(TextBuffer out, ColumnSchema column, Object value) {
    if (value == null) {
      out.ascii("NULL");
      return;
    }
    switch (column.kind()) {
      case INTEGER -> out.number((Long) value);
      // the text 0 would be the year 2000
      case YEAR -> out.padded((Long) value, 4);
      case DECIMAL -> out.decimal((BigDecimal) value);
      case FLOAT, DOUBLE -> real(out, ((Number) value).doubleValue());
      // without an index the server compares a BIT with hexadecimal text as DOUBLE: neighbours of
      // large values are equal then
      case BIT -> out.ascii(Long.toUnsignedString(bits((byte[]) value)));
      case BYTES, GEOMETRY, VECTOR -> {
        out.ascii("X'");
        out.hex((byte[]) value);
        out.put('\'');
      }
      case TEXT, JSON -> {
        out.put('\'');
        out.escaped((Utf8) value);
        out.put('\'');
      }
      case DATE, TIME, DATETIME, TIMESTAMP -> {
        // typed: with a mere text the server compares texts in a list of rows, '1:02:03' and
        // 1:02:03.00 being unequal
        out.ascii(keyword(column));
        out.put('\'');
        time(out, column, (Long) value);
        out.put('\'');
      }
    }
  }

  private static String keyword(ColumnSchema column) {
    return switch (column.kind()) {
      case DATE -> "DATE";
      case TIME -> "TIME";
      default -> "TIMESTAMP";
    };
  }

  /**
   * A field of LOAD DATA: binary values as hexadecimal text, BIT as a decimal number, NULL as
   * {@code \N}.
   */
  static void field(TextBuffer out, ColumnSchema column, Object value) {
    if (value == null) {
      out.put('\\');
      out.put('N');
      return;
    }
    switch (column.kind()) {
      case INTEGER -> out.number((Long) value);
      // the text 0 would be the year 2000
      case YEAR -> out.padded((Long) value, 4);
      case DECIMAL -> out.decimal((BigDecimal) value);
      case FLOAT, DOUBLE -> real(out, ((Number) value).doubleValue());
      case BYTES, GEOMETRY, VECTOR -> out.hex((byte[]) value);
      case BIT -> out.ascii(Long.toUnsignedString(bits((byte[]) value)));
      case TEXT, JSON -> out.escaped((Utf8) value);
      case DATE, TIME, DATETIME, TIMESTAMP -> time(out, column, (Long) value);
    }
  }

  /** A value for a statement's parameter: bytes as they are, all else as text. */
  static Object parameter(ColumnSchema column, Object value) {
    if (value == null || value instanceof byte[]) {
      return value;
    }
    if (column.kind().isText()) {
      return value.toString();
    }
    TextBuffer text = new TextBuffer(64);
    field(text, column, value);
    return new String(text.array(), 0, text.length(), StandardCharsets.US_ASCII);
  }

  /**
   * With an exponent always: without one the server takes a number as DECIMAL, which has no
   * negative zero. A FLOAT goes as the DOUBLE that it is, since fewer digits could be rounded
   * twice.
   */
  private static void real(TextBuffer out, double value) {
    String text = Double.toString(value);
    out.ascii(text);
    if (text.indexOf('E') < 0) {
      out.ascii("E0");
    }
  }

  private static void time(TextBuffer out, ColumnSchema column, long value) {
    switch (column.kind()) {
      case DATE -> TimeText.date(out, value);
      case TIME -> TimeText.time(out, value);
      default -> TimeText.dateTime(out, value);
    }
  }

  private static long bits(byte[] bigEndian) {
    long number = 0;
    for (byte b : bigEndian) {
      number = number << 8 | b & 0xff;
    }
    return number;
  }
}
