package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.sluice.capture.value.EngineValues;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells as MySQL lays them out (my_time.cc), written here by hand. */
class RawCellsTest {

  private static final long MICROS = 1_000_000L;
  private static final int[] FRACTION_BYTES = {0, 1, 1, 2, 2, 3, 3};

  private static Object read(ColumnType type, int meta, long number, int bytes, boolean bigEndian)
      throws IOException {
    byte[] cell = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      cell[bigEndian ? bytes - 1 - i : i] = (byte) (number >> 8 * i);
    }
    return RawCells.read(type, meta, 0, new ByteArrayInputStream(cell));
  }

  /**
   * What MySQL adds to a time to have only positive numbers, and the fraction at this precision.
   */
  private static long packedTime(long micros, int digits) {
    long size = Math.abs(micros);
    long seconds = size / MICROS;
    long clock = (seconds / 3_600 << 12) | (seconds / 60 % 60 << 6) | seconds % 60;
    int bits = 8 * FRACTION_BYTES[digits];
    long unit = new long[] {1, 10_000, 100, 1}[FRACTION_BYTES[digits]];
    long packed = (clock << bits) + (bits == 0 ? 0 : size % MICROS / unit);
    return (0x800000L << bits) + (micros < 0 ? -packed : packed);
  }

  @Test
  void everyFractionOfATimeIsKept() throws IOException {
    Random random = new Random(20_261_121);
    for (int i = 0; i < 200_000; i++) {
      int digits = random.nextInt(7);
      long step = (long) Math.pow(10, 6 - digits);
      long micros = random.nextLong(-3_020_399L * MICROS, 3_020_399L * MICROS) / step * step;
      assertThat(
              read(
                  ColumnType.TIME_V2,
                  digits,
                  packedTime(micros, digits),
                  3 + FRACTION_BYTES[digits],
                  true))
          .as("%s digits", digits)
          .isEqualTo(micros);
    }
  }

  @Test
  void dateTimesAreTheCalendarsOwn() throws IOException {
    Random random = new Random(20_261_122);
    for (int i = 0; i < 100_000; i++) {
      LocalDateTime time =
          LocalDateTime.of(0, 1, 1, 0, 0).plusSeconds(random.nextLong(315_537_897_599L));
      long micros = random.nextInt(1_000_000);
      long packed =
          (1L << 39)
              | ((time.getYear() * 13L + time.getMonthValue()) << 22)
              | ((long) time.getDayOfMonth() << 17)
              | ((long) time.getHour() << 12)
              | ((long) time.getMinute() << 6)
              | time.getSecond();
      assertThat(read(ColumnType.DATETIME_V2, 6, packed << 24 | micros, 8, true))
          .isEqualTo(time.toEpochSecond(ZoneOffset.UTC) * MICROS + micros);
      LocalDate date = time.toLocalDate();
      long day = (long) date.getYear() << 9 | date.getMonthValue() << 5 | date.getDayOfMonth();
      assertThat(read(ColumnType.DATE, 0, day, 3, false)).isEqualTo(date.toEpochDay());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "2024, 0, 10", "2024, 5, 0", "2023, 2, 30"})
  void datesWithoutAFormAreMarkedNotNull(int year, int month, int day) throws IOException {
    long date = (long) year << 9 | month << 5 | day;
    long packed = (1L << 39) | ((year * 13L + month) << 22) | ((long) day << 17) | 5 << 12;
    assertThat(read(ColumnType.DATE, 0, date, 3, false)).isEqualTo(EngineValues.NO_FORM);
    assertThat(read(ColumnType.DATETIME_V2, 0, packed, 5, true)).isEqualTo(EngineValues.NO_FORM);
  }

  @Test
  void theZeroTimestampAndTheYearZeroAreThemselves() throws IOException {
    assertThat(read(ColumnType.TIMESTAMP_V2, 0, 0, 4, true)).isEqualTo(EngineValues.NO_FORM);
    assertThat(read(ColumnType.TIMESTAMP_V2, 3, 1L << 16 | 5_000, 6, true)).isEqualTo(1_500_000L);
    assertThat(read(ColumnType.YEAR, 0, 0, 1, false)).isEqualTo(0L);
    assertThat(read(ColumnType.YEAR, 0, 255, 1, false)).isEqualTo(2155L);
  }

  @Test
  void formsFromBeforeMysql56() throws IOException {
    assertThat(read(ColumnType.TIME, 0, -8_385_959, 3, false)).isEqualTo(-3_020_399L * MICROS);
    assertThat(read(ColumnType.DATETIME, 0, 19700102030405L, 8, false))
        .isEqualTo((86_400L + 3 * 3_600 + 4 * 60 + 5) * MICROS);
    assertThat(read(ColumnType.DATETIME, 0, 0, 8, false)).isEqualTo(EngineValues.NO_FORM);
    assertThat(read(ColumnType.TIMESTAMP, 0, 7, 4, false)).isEqualTo(7 * MICROS);
  }
}
