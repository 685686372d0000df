package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every type gives the same value by the copy and by the binary log (I2). */
@Tag("capture")
@ExtendWith(SharedStack.class)
class ValueFormsTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final WorkflowOptions SNAPSHOT =
      new WorkflowOptions(
          "debezium-snapshot", null, null, null, null, null, null, null, null, null, null);
  private static final int STREAMED = 1_000;

  /** Column definitions, each with values as SQL; every value is one row. */
  private static final Map<String, List<String>> COLUMNS =
      Map.ofEntries(
          Map.entry("TINYINT", List.of("-128", "127", "0")),
          Map.entry("TINYINT UNSIGNED", List.of("255")),
          Map.entry("BOOLEAN", List.of("TRUE", "FALSE", "7")),
          Map.entry("SMALLINT UNSIGNED", List.of("65535")),
          Map.entry("MEDIUMINT", List.of("-8388608", "8388607")),
          Map.entry("MEDIUMINT UNSIGNED", List.of("16777215")),
          Map.entry("INT UNSIGNED", List.of("4294967295")),
          Map.entry("INT(8) ZEROFILL", List.of("42")),
          Map.entry("BIGINT", List.of("-9223372036854775808", "9223372036854775807")),
          Map.entry("BIGINT UNSIGNED", List.of("18446744073709551615", "0", "9223372036854775808")),
          Map.entry("DECIMAL(30,10)", List.of("-12345678901234567890.0123456789", "0", "1.5")),
          Map.entry("DECIMAL(5,0)", List.of("-99999", "3")),
          Map.entry(
              "FLOAT", List.of("0.1", "-3.4028234e38", "1e-45", "16777217", "1.17549435e-38")),
          Map.entry("DOUBLE", List.of("0.1", "-1.7976931348623157e308", "5e-324", "1e23", "-0e0")),
          Map.entry("CHAR(10)", List.of("'ab  '", "''", "'ü€𝄞'")),
          Map.entry("VARCHAR(50)", List.of("'ab  '", "''", "'a\\0b\\n\\\\'", "'👍🏽'")),
          Map.entry("VARCHAR(50) CHARACTER SET latin1", List.of("'äöü€'", "'plain'")),
          Map.entry(
              "VARCHAR(50) CHARACTER SET latin1 NULL",
              List.of("CONVERT(X'81818D8F909D80' USING latin1)", "CONVERT(X'A0FF' USING latin1)")),
          Map.entry("VARCHAR(50) CHARACTER SET dec8", List.of("CONVERT(X'A1D7DDFD' USING dec8)")),
          Map.entry("TEXT CHARACTER SET gb18030", List.of("'𝄞中文€'")),
          Map.entry("VARCHAR(50) CHARACTER SET utf16", List.of("'ü€𝄞'")),
          Map.entry("VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin", List.of("'x'")),
          Map.entry("LONGTEXT", List.of("REPEAT('é', 70000)", "''")),
          Map.entry("ENUM('a','b,c','ü')", List.of("'a'", "'b,c'", "'ü'")),
          Map.entry("SET('x','y','z')", List.of("''", "'x'", "'z,x'")),
          Map.entry("BINARY(8)", List.of("X'00'", "X'0102000000000000'", "X'FF'", "''")),
          Map.entry("VARBINARY(20)", List.of("X''", "X'00FF2000'")),
          Map.entry("LONGBLOB", List.of("REPEAT(X'FF00', 50000)")),
          Map.entry("BIT(1)", List.of("b'0'", "b'1'")),
          Map.entry("BIT(20)", List.of("b'0'", "b'10000000000000000001'", "b'1'")),
          Map.entry("BIT(64)", List.of("18446744073709551615", "1")),
          Map.entry(
              "DATE", List.of("'1000-01-01'", "'9999-12-31'", "'1969-12-31'", "'2024-02-29'")),
          Map.entry("TIME", List.of("'-838:59:59'", "'838:59:59'", "'00:00:00'", "'-00:00:01'")),
          Map.entry(
              "TIME(6)", List.of("'-838:59:58.000001'", "'12:34:56.789012'", "'-00:00:00.5'")),
          Map.entry("DATETIME", List.of("'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'")),
          Map.entry(
              "DATETIME(6)",
              List.of("'1969-12-31 23:59:59.999999'", "'2024-03-31 02:30:00.000001'")),
          Map.entry("DATETIME(3)", List.of("'2024-01-02 03:04:05.678'")),
          Map.entry("TIMESTAMP NULL", List.of("'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'")),
          Map.entry(
              "TIMESTAMP(6) NULL",
              List.of("'2024-03-31 02:30:00.000001'", "'2001-02-03 04:05:06.5'")),
          Map.entry("YEAR", List.of("1901", "2155", "0")),
          Map.entry(
              "JSON",
              List.of(
                  "'{\"b\": 1.0, \"a\": [1, 2.5e10, \"x\\\\\"y\\\\u0001é/\", null, true], \"n\": 12345678901234567890}'",
                  "'[]'",
                  "'\"text\"'",
                  "'[0.1, 1e23, 1e-7, 100000.0, -0.0, 5.684341886080802e-14]'",
                  "JSON_OBJECT('dec', CAST(1.50 AS DECIMAL(10,2)))",
                  "JSON_OBJECT('dt', CAST('2020-01-02 03:04:05.6' AS DATETIME(6)), 'd', DATE'2020-01-02')",
                  "JSON_OBJECT('t', CAST('10:11:12' AS TIME))")),
          Map.entry("POINT", List.of("ST_GeomFromText('POINT(1 2)')")),
          Map.entry(
              "GEOMETRY SRID 4326", List.of("ST_GeomFromText('LINESTRING(1 2, 3 4)', 4326)")));

  private CaptureRig rig;

  @BeforeEach
  void makeRig(StackScope scope) {
    rig = new CaptureRig(scope);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  @Tag("soak")
  void copyAndStreamGiveEqualValues() {
    compare(COLUMNS, WorkflowOptions.defaults());
  }

  /** All but what preflight refuses for it, FLOAT and many character sets, and the year 0000. */
  @Test
  @Tag("soak")
  void debeziumsSnapshotAndStreamGiveEqualValues() {
    Map<String, List<String>> columns = new TreeMap<>(COLUMNS);
    columns.remove("FLOAT");
    columns.keySet().removeIf(type -> type.contains("CHARACTER SET") && !type.contains("ascii"));
    columns.put("YEAR", List.of("1901", "2155"));
    compare(columns, SNAPSHOT);
  }

  @Test
  @Tag("soak")
  void aYearZeroStopsDebeziumsSnapshotAndNamesTheColumn() {
    rig.execute("CREATE TABLE aged (id INT PRIMARY KEY, y YEAR)", "INSERT INTO aged VALUES (1, 0)");
    rig.plan(Map.of("aged", "id"));
    Throwable failure = rig.start(SNAPSHOT, PausePoints.off()).awaitFailure(LONG);
    assertThat(failure)
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_NOT_CARRIED))
        .hasMessageContaining("column y of table aged");
  }

  private void compare(Map<String, List<String>> columns, WorkflowOptions options) {
    Map<String, String> tables = new TreeMap<>();
    Map<String, String> typeOf = new TreeMap<>();
    for (String type : new TreeMap<>(columns).keySet()) {
      String table = "t" + tables.size();
      tables.put(table, "id");
      typeOf.put(table, type);
      rig.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, v " + type + ")");
      insert(table, columns.get(type), 0);
    }
    rig.plan(tables);
    CaptureRig.Running running = rig.start(options, PausePoints.off());
    await()
        .atMost(LONG)
        .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
    assertThat(running.failure()).isNull();
    typeOf.forEach((table, type) -> insert(table, columns.get(type), STREAMED));
    rig.awaitMarker();
    StreamReplay replay = rig.replay();
    SoftAssertions softly = new SoftAssertions();
    typeOf.forEach(
        (table, type) -> {
          Map<String, String> rows = replay.rows(table);
          for (int i = 0; i <= columns.get(type).size(); i++) {
            String copied = withoutKey(rows.get(i + "|"));
            String streamed = withoutKey(rows.get((STREAMED + i) + "|"));
            softly.assertThat(streamed).as("%s, value %s", type, i).isEqualTo(copied);
            softly.assertThat(copied).as("%s, value %s", type, i).isNotNull();
          }
        });
    softly.assertThat(replay.changes()).extracting(Change::op).contains(Op.READ, Op.CREATE);
    softly.assertAll();
  }

  private void insert(String table, List<String> values, int firstId) {
    rig.execute("INSERT INTO " + table + " VALUES (" + (firstId + values.size()) + ", NULL)");
    for (int i = 0; i < values.size(); i++) {
      rig.execute(
          "INSERT INTO " + table + " VALUES (" + (firstId + i) + ", " + values.get(i) + ")");
    }
  }

  private static String withoutKey(String row) {
    return row == null ? null : row.substring(row.indexOf('|') + 1);
  }

  @Test
  void aZeroDateStopsTheCopyAndNamesTheRow() {
    rig.execute(
        "CREATE TABLE dated (id INT PRIMARY KEY, d DATE NOT NULL)",
        "INSERT INTO dated VALUES (1, '2024-01-01')");
    try (var connection = rig.connect();
        var statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_mode = ''");
      statement.execute("INSERT INTO dated VALUES (17, '0000-00-00')");
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
    rig.plan(Map.of("dated", "id"));
    Throwable failure = rig.start().awaitFailure(LONG);
    assertThat(failure)
        .isInstanceOf(SluiceException.class)
        .hasMessageContaining("dated")
        .hasMessageContaining("17");
    assertThat(((SluiceException) failure).code()).isEqualTo(ErrorCode.VALUE_NOT_CARRIED);
  }

  /** The engine itself would make NULL of it, which the column takes. */
  @Test
  void aZeroDateStopsTheStreamAndNamesTheRow() {
    stops("DATE NULL", "'0000-00-00'", "zero");
  }

  @Tag("soak")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0022',
      value = {
        "DATE NOT NULL | '2024-00-10' | zero",
        "DATETIME(3) NULL | '2024-05-00 01:02:03' | zero",
        "TIMESTAMP NULL | '0000-00-00 00:00:00' | zero",
        "VARCHAR(9) CHARACTER SET cp932 | X'EEEF' | stand for",
        "VARCHAR(9) CHARACTER SET ucs2 | X'D800' | stand for",
        "JSON | JSON_ARRAY(CAST('12345678901234567890.25' AS DECIMAL(30,2))) | DECIMAL",
        "ENUM('a','b') | 'c' | no member"
      })
  void aValueThatWouldChangeStopsTheStream(String type, String value, String reason) {
    stops(type, value, reason);
  }

  private void stops(String type, String value, String reason) {
    rig.execute("CREATE TABLE odd (id INT, k VARCHAR(9), v " + type + ", PRIMARY KEY (k, id))");
    rig.plan(Map.of("odd", "id"));
    CaptureRig.Running running = rig.start();
    await()
        .atMost(LONG)
        .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
    rig.execute("SET SESSION sql_mode = ''", "INSERT INTO odd VALUES (17, 'abc', " + value + ")");
    assertThat(running.awaitFailure(LONG))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_NOT_CARRIED))
        .hasMessageContaining("table odd, key [abc, 17]")
        .hasMessageContaining(reason);
    assertThat(rig.replay().rows("odd")).isEmpty();
  }
}
