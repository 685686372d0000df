package dev.sluice.capture.engine;

import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonFormatter;
import dev.sluice.capture.value.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;

/**
 * Writes a JSON value of the binary log as MySQL prints it, but for white space. Not thread-safe.
 */
final class MySqlJsonFormatter implements JsonFormatter {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder();

  @Override
  public String toString() {
    return out.toString();
  }

  @Override
  public void beginObject(int elements) {
    out.append('{');
  }

  @Override
  public void beginArray(int elements) {
    out.append('[');
  }

  @Override
  public void endObject() {
    out.append('}');
  }

  @Override
  public void endArray() {
    out.append(']');
  }

  @Override
  public void name(String name) {
    quoted(name);
    out.append(':');
  }

  @Override
  public void value(String value) {
    quoted(value);
  }

  @Override
  public void value(int value) {
    out.append(value);
  }

  @Override
  public void value(long value) {
    out.append(value);
  }

  /** With a point or an exponent always: that is what makes it a DOUBLE when it is read again. */
  @Override
  public void value(double value) {
    if (value == 0) {
      out.append(value);
      return;
    }
    // Java's own text may have a digit more than MySQL's
    String plain = JsonText.shortest(value).toPlainString();
    out.append(plain).append(plain.indexOf('.') < 0 ? ".0" : "");
  }

  @Override
  public void value(BigInteger value) {
    out.append(value);
  }

  @Override
  public void value(BigDecimal value) {
    out.append(value.toPlainString());
  }

  @Override
  public void value(boolean value) {
    out.append(value);
  }

  @Override
  public void valueNull() {
    out.append("null");
  }

  @Override
  public void valueYear(int year) {
    out.append(year);
  }

  @Override
  public void valueDate(int year, int month, int day) {
    quoted(String.format(Locale.ROOT, "%04d-%02d-%02d", year, month, day));
  }

  @Override
  public void valueDatetime(
      int year, int month, int day, int hour, int minute, int second, int micros) {
    quoted(
        String.format(
            Locale.ROOT,
            "%04d-%02d-%02d %02d:%02d:%02d.%06d",
            year,
            month,
            day,
            hour,
            minute,
            second,
            micros));
  }

  @Override
  public void valueTime(int hour, int minute, int second, int micros) {
    boolean negative = hour < 0 || minute < 0 || second < 0 || micros < 0;
    quoted(
        String.format(
            Locale.ROOT,
            "%s%02d:%02d:%02d.%06d",
            negative ? "-" : "",
            Math.abs(hour),
            Math.abs(minute),
            Math.abs(second),
            Math.abs(micros)));
  }

  @Override
  public void valueTimestamp(long secondsPastEpoch, int micros) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(secondsPastEpoch, 0, ZoneOffset.UTC);
    valueDatetime(
        time.getYear(),
        time.getMonthValue(),
        time.getDayOfMonth(),
        time.getHour(),
        time.getMinute(),
        time.getSecond(),
        micros);
  }

  @Override
  public void valueOpaque(ColumnType type, byte[] value) {
    quoted("base64:type" + type.getCode() + ":" + Base64.getEncoder().encodeToString(value));
  }

  @Override
  public void nextEntry() {
    out.append(',');
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
