package dev.sluice.apply.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class ValueTextTest {

  private static final long SEED = 20_261_120;

  private static String text(Consumer<TextBuffer> writer) {
    TextBuffer buffer = new TextBuffer(1);
    writer.accept(buffer);
    return new String(buffer.array(), 0, buffer.length(), StandardCharsets.UTF_8);
  }

  private static ColumnSchema column(ValueKind kind) {
    return new ColumnSchema("c", "x", "x", kind, 0, 0, true, false, null, null, false, false);
  }

  private static String literal(ValueKind kind, Object value) {
    return text(b -> ValueText.literal(b, column(kind), value));
  }

  private static String field(ValueKind kind, Object value) {
    return text(b -> ValueText.field(b, column(kind), value));
  }

  @Test
  void numbersAreWrittenAsJavaWritesThem() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertThat(text(b -> b.number(value))).isEqualTo(Long.toString(value));
    }
    assertThat(text(b -> b.number(Long.MIN_VALUE))).isEqualTo("-9223372036854775808");
    assertThat(text(b -> b.number(Long.MAX_VALUE))).isEqualTo("9223372036854775807");
    assertThat(literal(ValueKind.DECIMAL, new BigDecimal("1E+3"))).isEqualTo("1000");
  }

  @Test
  void realNumbersHaveAnExponentAndYearsFourDigits() {
    assertThat(literal(ValueKind.DOUBLE, -0.0)).isEqualTo("-0.0E0");
    assertThat(field(ValueKind.DOUBLE, 1e20)).isEqualTo("1.0E20");
    assertThat(Double.parseDouble(literal(ValueKind.FLOAT, 0.1f))).isEqualTo((double) 0.1f);
    assertThat(field(ValueKind.YEAR, 0L)).isEqualTo("0000");
    assertThat(literal(ValueKind.YEAR, 2155L)).isEqualTo("2155");
  }

  @Test
  void datesAreTheCalendarsOwn() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      LocalDate date = LocalDate.of(0, 1, 1).plusDays(random.nextInt(3_652_424));
      assertThat(text(b -> TimeText.date(b, date.toEpochDay())))
          .isEqualTo(date.format(DateTimeFormatter.ISO_LOCAL_DATE));
    }
  }

  @Test
  void timesKeepMicrosecondsAndSign() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      long seconds = Math.floorMod(random.nextLong(), 280_000_000_000L) - 30_000_000_000L;
      int micros = random.nextInt(1_000_000);
      LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, micros * 1_000, ZoneOffset.UTC);
      String expected =
          time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT))
              + (micros == 0 ? "" : String.format(Locale.ROOT, ".%06d", micros));
      assertThat(text(b -> TimeText.dateTime(b, seconds * 1_000_000 + micros))).isEqualTo(expected);
    }
    assertThat(literal(ValueKind.TIME, -3_020_399_000_001L)).isEqualTo("TIME'-838:59:59.000001'");
    assertThat(literal(ValueKind.TIME, 0L)).isEqualTo("TIME'00:00:00'");
  }

  @Test
  void nothingBreaksOutOfItsLiteralOrField() {
    Utf8 nasty = new Utf8("a'\\\n\r\t\0\u001a\"ü€𝄞");
    assertThat(literal(ValueKind.TEXT, nasty)).isEqualTo("'a\\'\\\\\\n\\r\\t\\0\\Z\"ü€𝄞'");
    assertThat(field(ValueKind.TEXT, nasty)).isEqualTo("a\\'\\\\\\n\\r\\t\\0\\Z\"ü€𝄞");
    assertThat(field(ValueKind.TEXT, null)).isEqualTo("\\N");
    assertThat(field(ValueKind.TEXT, new Utf8("\\N"))).isEqualTo("\\\\N");
    assertThat(literal(ValueKind.TEXT, null)).isEqualTo("NULL");
  }

  @Test
  void binaryValuesTravelAsHexadecimalAndBitsAsNumbers() {
    byte[] value = {0, 1, (byte) 0xfe};
    assertThat(literal(ValueKind.BYTES, value)).isEqualTo("X'0001FE'");
    assertThat(field(ValueKind.BYTES, value)).isEqualTo("0001FE");
    assertThat(literal(ValueKind.BIT, value)).isEqualTo("510");
    assertThat(field(ValueKind.BIT, value)).isEqualTo("510");
    byte[] all = {-1, -1, -1, -1, -1, -1, -1, -1};
    assertThat(literal(ValueKind.BIT, all)).isEqualTo("18446744073709551615");
  }

  @Test
  void aStreamsScopeComparesTheServersHashWithTheRange() {
    ColumnSchema number = column(ValueKind.INTEGER);
    assertThat(StreamScope.condition(number, KeyRange.parse("40-80")))
        .isEqualTo("SHA2((`c` + 0),256)>='40' AND SHA2((`c` + 0),256)<'80'");
    assertThat(StreamScope.condition(column(ValueKind.TEXT), KeyRange.parse("80-")))
        .isEqualTo("SHA2(CONVERT(`c` USING utf8mb4),256)>='80'");
  }
}
