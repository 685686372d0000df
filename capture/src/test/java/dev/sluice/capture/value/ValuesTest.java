package dev.sluice.capture.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  private static final TextDecoders TEXTS = TextDecoders.ofUnicode();

  private static ColumnSchema column(String type, ValueKind kind, int scale) {
    return new ColumnSchema(
        "c", type, type, kind, 20, scale, true, false, null, null, false, false);
  }

  private static Object text(ColumnSchema column, String text) {
    return TextValues.of(column, text.getBytes(StandardCharsets.UTF_8), TEXTS);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "9223372036854775807", "-9223372036854775808", "00000042"})
  void integersAreReadFromTheirDigits(String digits) {
    assertThat(text(column("bigint", ValueKind.INTEGER, 0), digits))
        .isEqualTo(Long.parseLong(digits));
  }

  @Test
  void anIntegerBeyondLongIsRefused() {
    ColumnSchema column = column("bigint", ValueKind.INTEGER, 0);
    assertThatThrownBy(() -> text(column, "9223372036854775808"))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> text(column, "12a")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "-838:59:59, -3020399000000",
    "00:00:00.5, 500000",
    "-00:00:00.000001, -1",
    "12:34:56.789, 45296789000"
  })
  void timesAreSignedMicroseconds(String text, long micros) {
    assertThat(text(column("time", ValueKind.TIME, 6), text)).isEqualTo(micros);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01 00:00:00, 0",
    "1969-12-31 23:59:59.999999, -1",
    "2024-03-31 02:30:00.5, 1711852200500000"
  })
  void dateTimesAreMicrosecondsSince1970(String text, long micros) {
    assertThat(text(column("datetime", ValueKind.DATETIME, 6), text)).isEqualTo(micros);
    assertThat(text(column("timestamp", ValueKind.TIMESTAMP, 6), text)).isEqualTo(micros);
  }

  @ParameterizedTest
  @CsvSource({"0000-00-00", "2024-00-10", "2024-02-30"})
  void datesOutsideTheCalendarAreRefused(String date) {
    ColumnSchema column = column("date", ValueKind.DATE, 0);
    assertThatThrownBy(() -> text(column, date)).isInstanceOf(SluiceException.class);
  }

  @Test
  void bothPathsAgree() {
    ColumnSchema decimal = column("decimal(20,2)", ValueKind.DECIMAL, 2);
    assertThat(text(decimal, "1.50"))
        .isEqualTo(EngineValues.of(decimal, new BigDecimal("1.50"), TEXTS));
    ColumnSchema bit = column("bit(20)", ValueKind.BIT, 0);
    assertThat(TextValues.of(bit, new byte[] {8, 0, 1}, TEXTS))
        .isEqualTo(EngineValues.of(bit, new byte[] {1, 0, 8}, TEXTS));
    ColumnSchema bytes = column("blob", ValueKind.BYTES, 0);
    assertThat(EngineValues.of(bytes, ByteBuffer.wrap(new byte[] {1, 2}), TEXTS))
        .isEqualTo(new byte[] {1, 2});
    ColumnSchema real = column("float", ValueKind.FLOAT, 0);
    assertThat(text(real, "0.10000000149011612")).isEqualTo(EngineValues.of(real, 0.1f, TEXTS));
    ColumnSchema varchar = column("varchar(3)", ValueKind.TEXT, 0);
    assertThat(text(varchar, "ü€"))
        .isEqualTo(EngineValues.of(varchar, "ü€".getBytes(StandardCharsets.UTF_8), TEXTS))
        .isEqualTo(new Utf8("ü€"));
  }

  @Test
  void aDateWithoutAFormIsRefused() {
    for (ValueKind kind : List.of(ValueKind.DATE, ValueKind.DATETIME, ValueKind.TIMESTAMP)) {
      ColumnSchema column = column("date", kind, 0);
      assertThat(EngineValues.of(column, 17L, TEXTS)).isEqualTo(17L);
      assertThatThrownBy(() -> EngineValues.of(column, EngineValues.NO_FORM, TEXTS))
          .isInstanceOf(SluiceException.class);
    }
  }

  @Test
  void membersComeFromTheirNumbers() {
    ColumnSchema column = member("enum", "enum('','it''s','a,b','back\\\\slash','\\n')");
    assertThat(EngineValues.of(column, 1L, TEXTS)).isEqualTo(new Utf8(""));
    assertThat(text(column, "2")).isEqualTo(new Utf8("it's"));
    assertThat(text(column, "3")).isEqualTo(new Utf8("a,b"));
    assertThat(text(column, "4")).isEqualTo(new Utf8("back\\slash"));
    assertThat(text(column, "5")).isEqualTo(new Utf8("\n"));
    assertThatThrownBy(() -> text(column, "0")).isInstanceOf(SluiceException.class);
    assertThatThrownBy(() -> text(column, "6")).isInstanceOf(SluiceException.class);
  }

  @Test
  void aSetHasSixtyFourMembers() {
    String names =
        IntStream.range(0, 64).mapToObj(i -> "'m" + i + "'").collect(Collectors.joining(","));
    ColumnSchema column = member("set", "set(" + names + ")");
    assertThat(EngineValues.of(column, Long.MIN_VALUE | 1, TEXTS)).isEqualTo(new Utf8("m0,m63"));
    assertThat(text(column, "9223372036854775809")).isEqualTo(new Utf8("m0,m63"));
    assertThat(text(column, "0")).isEqualTo(new Utf8(""));
    ColumnSchema withEmpty = member("set", "set('a','')");
    assertThat(text(withEmpty, "3")).isEqualTo(new Utf8("a,"));
    assertThatThrownBy(() -> text(withEmpty, "2")).isInstanceOf(SluiceException.class);
  }

  private static ColumnSchema member(String dataType, String type) {
    return new ColumnSchema(
        "c", dataType, type, ValueKind.TEXT, 0, 0, true, false, "utf8mb4", null, false, false);
  }

  @Test
  void nullInANotNullColumnIsRefused() {
    ColumnSchema column =
        new ColumnSchema(
            "c", "date", "date", ValueKind.DATE, 0, 0, false, false, null, null, false, false);
    assertThatThrownBy(() -> EngineValues.of(column, null, TEXTS))
        .isInstanceOf(SluiceException.class);
  }

  @Test
  void jsonHasOneText() {
    assertThat(JsonText.canonical("{\"a\": [1, 2.50, 1e2], \"b c\": \"x: y, \\\"z\\\"\"}"))
        .isEqualTo("{\"a\":[1,2.5,100.0],\"b c\":\"x: y, \\\"z\\\"\"}");
    assertThat(JsonText.canonical("[1.0E10, 10000000000.0]"))
        .isEqualTo("[10000000000.0,10000000000.0]");
    assertThat(JsonText.canonical("\"\\u00e9\\/\\n\\u0001\"")).isEqualTo("\"é/\\n\\u0001\"");
    assertThat(JsonText.canonical("[true, null, -0.0]")).isEqualTo("[true,null,-0.0]");
  }

  @ParameterizedTest
  @CsvSource({
    "12345678901234567890.5",
    "0.123456789012345678",
    "18446744073709551616",
    "-9223372036854775809",
    "1e400"
  })
  void jsonNumbersThatMysqlWouldReadAsOthersAreRefused(String number) {
    assertThatThrownBy(() -> JsonText.canonical("[" + number + "]"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "18446744073709551615, 18446744073709551615",
    "5.684341886080802e-14, 5.684341886080802e-14",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "0.30000000000000004, 0.30000000000000004"
  })
  void jsonNumbersKeepTheirValue(String number, String same) {
    assertThat(new BigDecimal(JsonText.canonical(number))).isEqualByComparingTo(same);
  }

  @Test
  void theShortestTextOfADoubleIsReadAsItAgain() {
    Random random = new Random(20_261_121);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(JsonText.shortest(value).doubleValue()).isEqualTo(value);
      }
    }
  }
}
