package dev.sluice.capture.value;

import dev.sluice.schemas.table.ColumnSchema;
import java.time.DateTimeException;
import java.time.LocalDate;

/** MySQL's texts of times as numbers. Stateless. */
final class TimeText {

  /** Why a date cannot be carried. */
  static final String NO_FORM =
      "a date that is zero in part or whole, or not in the calendar, has no form";

  private static final long MICROS = 1_000_000L;
  private static final int DATE_LENGTH = 10;
  private static final int DATE_TIME_LENGTH = 19;

  private TimeText() {}

  /** {@code YYYY-MM-DD} as days since 1970-01-01. */
  static long date(ColumnSchema column, byte[] text) {
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, DATE_LENGTH);
    if (month == 0 || day == 0) {
      throw ValueErrors.notCarried(column, NO_FORM);
    }
    try {
      return LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw ValueErrors.notCarried(column, NO_FORM);
    }
  }

  /** {@code YYYY-MM-DD HH:MM:SS[.ffffff]} as microseconds since 1970-01-01 00:00. */
  static long dateTime(ColumnSchema column, byte[] text) {
    long seconds =
        date(column, text) * 86_400L
            + digits(text, 11, 13) * 3_600L
            + digits(text, 14, 16) * 60L
            + digits(text, 17, DATE_TIME_LENGTH);
    return seconds * MICROS + fraction(text, DATE_TIME_LENGTH);
  }

  /** {@code [-]HHH:MM:SS[.ffffff]} as signed microseconds. */
  static long time(byte[] text) {
    boolean negative = text[0] == '-';
    int at = negative ? 1 : 0;
    int colon = at;
    while (text[colon] != ':') {
      colon++;
    }
    long seconds =
        digits(text, at, colon) * 3_600L
            + digits(text, colon + 1, colon + 3) * 60L
            + digits(text, colon + 4, colon + 6);
    long micros = seconds * MICROS + fraction(text, colon + 6);
    return negative ? -micros : micros;
  }

  /** Digits after the point at {@code from}, as microseconds; 0 when there are none. */
  private static long fraction(byte[] text, int from) {
    if (from >= text.length || text[from] != '.') {
      return 0;
    }
    long value = 0;
    long unit = MICROS;
    for (int i = from + 1; i < text.length && isDigit(text[i]); i++) {
      unit /= 10;
      value += unit * (text[i] - '0');
    }
    return value;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static int digits(byte[] text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(text[i])) {
        throw new IllegalArgumentException("not a number at " + i + " of a time");
      }
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }
}
