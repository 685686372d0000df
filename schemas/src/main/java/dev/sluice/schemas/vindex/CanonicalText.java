package dev.sluice.schemas.vindex;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.apache.avro.util.Utf8;

/**
 * The bytes that a vindex hashes for a value: what MySQL prints for it, so that {@code SHA2(column,
 * 256)} on the server gives the same hash. Thread-safe.
 */
public final class CanonicalText {

  private static final long MICROS = 1_000_000L;

  private CanonicalText() {}

  /**
   * Canonical bytes of a value that is not NULL.
   *
   * @throws IllegalArgumentException when columns of this kind cannot be a vindex
   */
  public static byte[] of(ColumnSchema column, Object value) {
    return switch (column.kind()) {
      case INTEGER, YEAR -> ascii(Long.toString((Long) value));
      case DECIMAL -> ascii(((BigDecimal) value).toPlainString());
      case TEXT -> utf8((Utf8) value);
      case BYTES -> (byte[]) value;
      case DATE -> ascii(date(LocalDate.ofEpochDay((Long) value)));
      case DATETIME -> ascii(dateTime((Long) value, column.scale()));
      default ->
          throw new IllegalArgumentException(
              "column " + column.name() + " (" + column.columnType() + ") cannot be a vindex");
    };
  }

  /**
   * True when a column of this kind and collation can place rows: equal values must have equal
   * bytes.
   */
  public static boolean usable(ColumnSchema column) {
    return switch (column.kind()) {
      case INTEGER, DECIMAL, BYTES, DATE, DATETIME, YEAR -> true;
      case TEXT ->
          !column.isEnumOrSet()
              && column.collation() != null
              && (column.collation().endsWith("_bin") || column.collation().equals("binary"));
      default -> false;
    };
  }

  private static byte[] utf8(Utf8 text) {
    byte[] bytes = new byte[text.getByteLength()];
    System.arraycopy(text.getBytes(), 0, bytes, 0, bytes.length);
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String date(LocalDate date) {
    return String.format(
        Locale.ROOT, "%04d-%02d-%02d", date.getYear(), date.getMonthValue(), date.getDayOfMonth());
  }

  private static String dateTime(long micros, int scale) {
    int fraction = (int) Math.floorMod(micros, MICROS);
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(Math.floorDiv(micros, MICROS), 0, ZoneOffset.UTC);
    String seconds =
        date(time.toLocalDate())
            + String.format(
                Locale.ROOT, " %02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond());
    return scale == 0
        ? seconds
        : seconds + "." + String.format(Locale.ROOT, "%06d", fraction).substring(0, scale);
  }
}
