package dev.sluice.apply.write;

/**
 * Dates and times as MySQL writes them. The calendar is the proleptic Gregorian one that MySQL
 * uses; days are turned into dates as in Howard Hinnant, "chrono-compatible low-level date
 * algorithms" (civil_from_days). Stateless.
 */
final class TimeText {

  private static final long MICROS = 1_000_000L;
  private static final long DAY_MICROS = 86_400L * MICROS;
  private static final int FRACTION_DIGITS = 6;

  private TimeText() {}

  static void date(TextBuffer out, long epochDay) {
    long shifted = epochDay + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    long dayOfEra = shifted - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long monthFromMarch = (5 * dayOfYear + 2) / 153;
    long day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    out.padded(year, 4);
    out.put('-');
    out.padded(month, 2);
    out.put('-');
    out.padded(day, 2);
  }

  static void dateTime(TextBuffer out, long micros) {
    date(out, Math.floorDiv(micros, DAY_MICROS));
    out.put(' ');
    clock(out, Math.floorMod(micros, DAY_MICROS));
  }

  static void time(TextBuffer out, long micros) {
    if (micros < 0) {
      out.put('-');
    }
    clock(out, Math.abs(micros));
  }

  private static void clock(TextBuffer out, long micros) {
    long seconds = micros / MICROS;
    long hours = seconds / 3_600;
    out.padded(hours, hours > 99 ? 3 : 2);
    out.put(':');
    out.padded(seconds / 60 % 60, 2);
    out.put(':');
    out.padded(seconds % 60, 2);
    long fraction = micros % MICROS;
    if (fraction != 0) {
      out.put('.');
      out.padded(fraction, FRACTION_DIGITS);
    }
  }
}
