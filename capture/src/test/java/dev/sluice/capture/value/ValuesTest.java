package dev.sluice.capture.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  private static ColumnSchema column(String type, ValueKind kind, int scale) {
    return new ColumnSchema(
        "c", type, type, kind, 20, scale, true, false, null, null, false, false);
  }

  private static Object text(ColumnSchema column, String text) {
    return TextValues.of(column, text.getBytes(StandardCharsets.UTF_8));
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
    assertThat(text(decimal, "1.50")).isEqualTo(EngineValues.of(decimal, new BigDecimal("1.50")));
    ColumnSchema bit = column("bit(20)", ValueKind.BIT, 0);
    assertThat(TextValues.of(bit, new byte[] {8, 0, 1}))
        .isEqualTo(EngineValues.of(bit, new byte[] {1, 0, 8}));
    ColumnSchema bytes = column("blob", ValueKind.BYTES, 0);
    assertThat(EngineValues.of(bytes, ByteBuffer.wrap(new byte[] {1, 2})))
        .isEqualTo(new byte[] {1, 2});
    ColumnSchema real = column("float", ValueKind.FLOAT, 0);
    assertThat(text(real, "0.10000000149011612")).isEqualTo(EngineValues.of(real, 0.1f));
    ColumnSchema varchar = column("varchar(3)", ValueKind.TEXT, 0);
    assertThat(text(varchar, "ü€"))
        .isEqualTo(EngineValues.of(varchar, "ü€"))
        .isEqualTo(new Utf8("ü€"));
  }

  @Test
  void theEnginesTimestampsAreReadFromIsoText() {
    ColumnSchema column = column("timestamp", ValueKind.TIMESTAMP, 6);
    assertThat(EngineValues.of(column, "2024-03-31T02:30:00.5Z")).isEqualTo(1_711_852_200_500_000L);
    // what the engine makes of a zero date in a NOT NULL column
    assertThatThrownBy(() -> EngineValues.of(column, "1970-01-01T00:00:00Z"))
        .isInstanceOf(SluiceException.class);
  }

  @Test
  void nullInANotNullColumnIsRefused() {
    ColumnSchema column =
        new ColumnSchema(
            "c", "date", "date", ValueKind.DATE, 0, 0, false, false, null, null, false, false);
    assertThatThrownBy(() -> EngineValues.of(column, null)).isInstanceOf(SluiceException.class);
  }

  @Test
  void jsonHasOneText() {
    assertThat(JsonText.canonical("{\"a\": [1, 2.50, 1e2], \"b c\": \"x: y, \\\"z\\\"\"}"))
        .isEqualTo("{\"a\":[1,2.5,100.0],\"b c\":\"x: y, \\\"z\\\"\"}");
    assertThat(JsonText.canonical("[1.0E10, 10000000000.0]"))
        .isEqualTo("[10000000000.0,10000000000.0]");
    assertThat(JsonText.canonical("\"\\u00e9\\/\\n\\u0001\"")).isEqualTo("\"é/\\n\\u0001\"");
    assertThat(JsonText.canonical("[true, null, -0.0]")).isEqualTo("[true,null,0.0]");
  }
}
