package dev.sluice.mysql.sql;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.apache.avro.util.Utf8;

/**
 * Key values as SQL literals of the column's own type and collation, so that MySQL compares them as
 * it orders the column, and by its index. Stateless.
 */
public final class KeyLiterals {

  private static final long MICROS = 1_000_000L;

  private KeyLiterals() {}

  /**
   * @param value not NULL
   * @throws IllegalArgumentException when columns of this kind cannot be read in key order
   */
  public static String of(ColumnSchema column, Object value) {
    return switch (column.kind()) {
      case INTEGER, YEAR -> Literals.number((Long) value);
      case DECIMAL -> Literals.number((BigDecimal) value);
      case TEXT -> text(column, (Utf8) value);
      case BYTES -> Literals.bytes((byte[]) value);
      case BIT -> new BigInteger(1, (byte[]) value).toString();
      case DATE -> "DATE'" + date(LocalDate.ofEpochDay((Long) value)) + "'";
      case TIME -> "TIME'" + time((Long) value) + "'";
      case DATETIME, TIMESTAMP -> "TIMESTAMP'" + dateTime((Long) value) + "'";
      case FLOAT, DOUBLE, JSON, GEOMETRY, VECTOR ->
          throw new IllegalArgumentException(
              "column "
                  + column.name()
                  + " ("
                  + column.columnType()
                  + ") cannot be read in key order");
    };
  }

  private static String text(ColumnSchema column, Utf8 value) {
    byte[] bytes = new byte[value.getByteLength()];
    System.arraycopy(value.getBytes(), 0, bytes, 0, bytes.length);
    String literal = "_utf8mb4 " + Literals.bytes(bytes);
    if (column.charset() != null && !column.charset().equals("utf8mb4")) {
      literal = "CONVERT(" + literal + " USING " + column.charset() + ")";
    }
    return column.collation() == null ? literal : literal + " COLLATE " + column.collation();
  }

  private static String date(LocalDate date) {
    return String.format(
        Locale.ROOT, "%04d-%02d-%02d", date.getYear(), date.getMonthValue(), date.getDayOfMonth());
  }

  private static String dateTime(long micros) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(Math.floorDiv(micros, MICROS), 0, ZoneOffset.UTC);
    return String.format(
        Locale.ROOT,
        "%s %02d:%02d:%02d.%06d",
        date(time.toLocalDate()),
        time.getHour(),
        time.getMinute(),
        time.getSecond(),
        Math.floorMod(micros, MICROS));
  }

  private static String time(long micros) {
    long seconds = Math.abs(micros) / MICROS;
    return String.format(
        Locale.ROOT,
        "%s%02d:%02d:%02d.%06d",
        micros < 0 ? "-" : "",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        Math.abs(micros) % MICROS);
  }
}
