package dev.sluice.capture.engine;

import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.sluice.capture.value.EngineValues;
import java.io.IOException;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Reads the cells of the binary log whose form the engine would change: it makes NULL of dates with
 * zeros and rounds fractions of a TIME. Texts stay bytes, in the column's own character set. Times
 * become {@code Long}s in the forms of {@code ValueKind}; one that has no such form becomes {@link
 * EngineValues#NO_FORM}. Stateless.
 */
final class RawCells {

  private static final long MICROS = 1_000_000L;

  /** Microseconds that the last digit of a fraction of n bytes stands for. */
  private static final long[] FRACTION_UNITS = {0, 10_000, 100, 1};

  private RawCells() {}

  /** The cell; null when the type is none of these, and nothing has been read then. */
  static Serializable read(ColumnType type, int meta, int length, ByteArrayInputStream in)
      throws IOException {
    return switch (type) {
      case STRING -> in.read(length < 256 ? in.readInteger(1) : in.readInteger(2));
      case VARCHAR, VAR_STRING -> in.read(meta < 256 ? in.readInteger(1) : in.readInteger(2));
      case DATE -> date(in.readInteger(3));
      case TIME_V2 -> time(meta, in);
      case DATETIME_V2 -> dateTime(meta, in);
      case TIMESTAMP_V2 -> timestamp(bigEndian(in, 4), fraction(meta, in));
      case TIME -> oldTime((in.readInteger(3) << 8) >> 8);
      case DATETIME -> oldDateTime(in.readLong(8));
      case TIMESTAMP -> timestamp(in.readLong(4), 0);
      case YEAR -> year(in.readInteger(1));
      default -> null;
    };
  }

  private static Long date(int packed) {
    return day(packed >> 9, packed >> 5 & 15, packed & 31);
  }

  private static Long day(int year, int month, int day) {
    if (month == 0 || day == 0) {
      return EngineValues.NO_FORM;
    }
    try {
      return LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      return EngineValues.NO_FORM;
    }
  }

  /**
   * Sign (1: not negative), 1 bit unused, 10 of hours, 6 of minutes, 6 of seconds, the fraction's
   * bytes. All of it is one number, of which a negative time is the complement.
   */
  private static Long time(int meta, ByteArrayInputStream in) throws IOException {
    int bytes = fractionBytes(meta);
    int bits = 8 * bytes;
    long packed = bigEndian(in, 3 + bytes) - (1L << (23 + bits));
    long size = Math.abs(packed);
    long clock = size >> bits;
    long seconds = (clock >> 12 & 1023) * 3_600 + (clock >> 6 & 63) * 60 + (clock & 63);
    long micros =
        seconds * MICROS + (bytes == 0 ? 0 : (size & (1L << bits) - 1) * FRACTION_UNITS[bytes]);
    return packed < 0 ? -micros : micros;
  }

  /** Sign, 17 bits of year * 13 + month, 5 of days, 5 of hours, 6 of minutes, 6 of seconds. */
  private static Long dateTime(int meta, ByteArrayInputStream in) throws IOException {
    long packed = bigEndian(in, 5);
    long fraction = fraction(meta, in);
    int yearMonth = (int) (packed >> 22 & (1 << 17) - 1);
    long seconds = (packed >> 12 & 31) * 3_600 + (packed >> 6 & 63) * 60 + (packed & 63);
    return moment(
        day(yearMonth / 13, yearMonth % 13, (int) (packed >> 17 & 31)), seconds, fraction);
  }

  private static Long moment(long day, long seconds, long micros) {
    return day == EngineValues.NO_FORM
        ? EngineValues.NO_FORM
        : Long.valueOf((day * 86_400 + seconds) * MICROS + micros);
  }

  /** Zero stands for 0000-00-00; a TIMESTAMP's range begins a second later. */
  private static Long timestamp(long seconds, long micros) {
    return seconds == 0 ? EngineValues.NO_FORM : Long.valueOf(seconds * MICROS + micros);
  }

  /** As written before MySQL 5.6, and since then for columns that were never rebuilt: HHMMSS. */
  private static Long oldTime(int digits) {
    long size = Math.abs((long) digits);
    long seconds = size / 10_000 * 3_600 + size / 100 % 100 * 60 + size % 100;
    return (digits < 0 ? -seconds : seconds) * MICROS;
  }

  /** As {@link #oldTime}: YYYYMMDDHHMMSS. */
  private static Long oldDateTime(long digits) {
    int date = (int) (digits / 1_000_000);
    long clock = digits % 1_000_000;
    return moment(
        day(date / 10_000, date / 100 % 100, date % 100),
        clock / 10_000 * 3_600 + clock / 100 % 100 * 60 + clock % 100,
        0);
  }

  /** Years from 1900; 0 is the year 0000. */
  private static Long year(int stored) {
    return stored == 0 ? 0L : 1900L + stored;
  }

  private static int fractionBytes(int meta) {
    return (meta + 1) / 2;
  }

  private static long fraction(int meta, ByteArrayInputStream in) throws IOException {
    int bytes = fractionBytes(meta);
    return bytes == 0 ? 0 : bigEndian(in, bytes) * FRACTION_UNITS[bytes];
  }

  private static long bigEndian(ByteArrayInputStream in, int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | in.readInteger(1);
    }
    return value;
  }
}
