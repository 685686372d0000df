package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every form of value, by statements and by LOAD DATA, against the same value written through JDBC
 * parameters.
 */
@Tag("apply")
@ExtendWith(SharedStack.class)
class ApplierTypesTest {

  private static final String COLUMNS =
      "id INT PRIMARY KEY, tiny TINYINT NULL, big BIGINT NULL, ubig BIGINT UNSIGNED NULL, deci DECIMAL(30,7) NULL,"
          + " f FLOAT NULL, d DOUBLE NULL, c CHAR(20) NULL, latin VARCHAR(40) CHARACTER SET latin1 NULL,"
          + " txt TEXT CHARACTER SET utf8mb4 NULL, en ENUM('a','b''c','ü') NULL, se SET('x','y','z') NULL, js JSON NULL,"
          + " bin BINARY(8) NULL, vb VARBINARY(60) NULL, bl BLOB NULL, bi BIT(17) NULL, da DATE NULL, ti TIME(6) NULL,"
          + " dt DATETIME(6) NULL, ts TIMESTAMP(6) NULL, y YEAR NULL, g GEOMETRY NULL";
  private static final int COLUMN_COUNT = 23;
  private static final int ROWS = 600;
  private static final long MICROS = 1_000_000L;

  private final Random random = new Random(20_261_120);
  private ApplyFixture fixture;

  @BeforeEach
  void open(StackScope scope) {
    fixture = new ApplyFixture(scope);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void everyValueArrivesAsItWasWhicheverWayItIsWritten() throws SQLException {
    fixture.table("things", COLUMNS).topics();
    fixture.execute("CREATE TABLE expected LIKE things");
    TestStream stream = fixture.stream(0);
    stream.consistent().cut();
    try (Connection connection = fixture.server().connectAsAdmin(schema());
        PreparedStatement insert = expectedInsert(connection)) {
      connection.createStatement().execute("SET time_zone = '+00:00'");
      for (int id = 0; id < ROWS; id++) {
        stream.create("things", row(id, insert));
        if (id < 100 && id % 10 == 9) {
          stream.cut();
        }
      }
      connection.commit();
    }
    long last = stream.cut();

    fixture.start();
    fixture.awaitCut(last);

    assertThat(fixture.rows("SELECT COUNT(*) FROM things")).containsExactly("" + ROWS);
    for (String column : columns()) {
      assertThat(
              fixture.rows(
                  "SELECT a.id, a."
                      + column
                      + ", b."
                      + column
                      + " FROM things a JOIN expected b USING (id) WHERE NOT a."
                      + column
                      + " <=> b."
                      + column
                      + " OR NOT HEX(a."
                      + column
                      + ") <=> HEX(b."
                      + column
                      + ") LIMIT 3"))
          .as(column)
          .isEmpty();
    }
  }

  @Test
  void aTableWithUniqueKeysGoesByStatementsAndArrivesAsItWas() throws SQLException {
    fixture.table("things", COLUMNS + ", UNIQUE KEY by_both (id, tiny)").topics();
    fixture.execute("CREATE TABLE expected LIKE things");
    TestStream stream = fixture.stream(0);
    stream.consistent().cut();
    try (Connection connection = fixture.server().connectAsAdmin(schema());
        PreparedStatement insert = expectedInsert(connection)) {
      connection.createStatement().execute("SET time_zone = '+00:00'");
      for (int id = 0; id < ROWS; id++) {
        stream.create("things", row(id, insert));
      }
      connection.commit();
    }
    fixture.start();
    fixture.awaitCut(stream.cut());

    for (String column : columns()) {
      assertThat(
              fixture.rows(
                  "SELECT a.id FROM things a JOIN expected b USING (id) WHERE NOT HEX(a."
                      + column
                      + ") <=> HEX(b."
                      + column
                      + ")"))
          .as(column)
          .isEmpty();
    }
    assertThat(fixture.rows("SELECT COUNT(*) FROM things")).containsExactly("" + ROWS);
  }

  /** So many keys of a small table that the server reads all of it: the others stay. */
  @Test
  void deletesOfBitKeysMeetNoNeighbours() throws SQLException {
    fixture.table("flags", "k BIT(64) NOT NULL PRIMARY KEY, u BIT(64) NULL, UNIQUE KEY by_u (u)");
    fixture.topics();
    TestStream stream = fixture.stream(0);
    stream.consistent().cut();
    for (int i = 0; i < 256; i++) {
      stream.create("flags", flag(i), flag(i));
    }
    fixture.start();
    fixture.awaitCut(stream.cut());
    for (int i = 0; i < 256; i += 2) {
      stream.delete("flags", flag(i), null);
    }
    fixture.awaitCut(stream.cut());

    assertThat(fixture.rows("SELECT COUNT(*), MIN(HEX(k)), SUM(k & 1) FROM flags").get(0))
        .isEqualTo(fixture.rows("SELECT 128, 'FFFFFFFFFFFFFF01', 128").get(0));
  }

  private static byte[] flag(int low) {
    return ByteBuffer.allocate(8).putLong(-256L + low).array();
  }

  private String schema() {
    return fixture.rows("SELECT DATABASE()").get(0);
  }

  private List<String> columns() {
    return fixture.rows(
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'things'"
            + " ORDER BY ORDINAL_POSITION");
  }

  private PreparedStatement expectedInsert(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    return connection.prepareStatement(
        "INSERT INTO expected VALUES (" + "?,".repeat(COLUMN_COUNT - 1) + "?)");
  }

  /** Makes a row, and writes the same one through JDBC. */
  private Object[] row(int id, PreparedStatement insert) throws SQLException {
    Object[] row = new Object[COLUMN_COUNT];
    row[0] = (long) id;
    insert.setInt(1, id);
    for (int i = 1; i < row.length; i++) {
      if (random.nextInt(8) == 0) {
        insert.setObject(i + 1, null);
      } else {
        row[i] = value(i, insert);
      }
    }
    insert.executeUpdate();
    return row;
  }

  private Object value(int i, PreparedStatement insert) throws SQLException {
    return switch (i) {
      case 1 -> number(insert, i, random.nextInt(256) - 128);
      case 2 -> number(insert, i, random.nextInt(20) == 0 ? Long.MIN_VALUE : random.nextLong());
      case 3 -> decimal(insert, i, new BigDecimal(new BigInteger(64, random)));
      case 4 -> decimal(insert, i, new BigDecimal(new BigInteger(70, random).negate(), 7));
      case 5 -> real(insert, i, (float) random.nextGaussian() * 1e10f);
      case 6 -> real(insert, i, random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
      case 7 -> text(insert, i, "c" + random.nextInt());
      case 8 -> text(insert, i, "é\\\"'%" + random.nextInt());
      case 9 -> text(insert, i, "{fn x}\t\n\r\0\u001a\\N ? 'ü€𝄞" + random.nextInt());
      case 10 -> text(insert, i, new String[] {"a", "b'c", "ü"}[random.nextInt(3)]);
      case 11 -> text(insert, i, new String[] {"", "x", "x,z", "x,y,z"}[random.nextInt(4)]);
      case 12 ->
          text(insert, i, "{\"k\":[" + random.nextInt() + ",\"a\\\"\\n\\u20acb\",null,1.5]}");
      case 13 -> bytes(insert, i, 8);
      case 14 -> bytes(insert, i, random.nextInt(60));
      case 15 -> bytes(insert, i, random.nextInt(3_000));
      case 16 -> bits(insert, i);
      case 17 -> date(insert, i);
      case 18 -> time(insert, i);
      case 19 -> dateTime(insert, i, LocalDateTime.of(1000, 1, 1, 0, 0), 280_000_000_000L);
      case 20 -> dateTime(insert, i, LocalDateTime.of(1970, 1, 2, 0, 0), 2_000_000_000L);
      case 21 -> number(insert, i, 1901 + random.nextInt(255));
      case 22 -> point(insert, i);
      default -> throw new IllegalStateException("column " + i);
    };
  }

  private static Object number(PreparedStatement insert, int i, long value) throws SQLException {
    insert.setLong(i + 1, value);
    return value;
  }

  private static Object decimal(PreparedStatement insert, int i, BigDecimal value)
      throws SQLException {
    insert.setBigDecimal(i + 1, value);
    return value;
  }

  private static Object real(PreparedStatement insert, int i, float value) throws SQLException {
    insert.setFloat(i + 1, value);
    return value;
  }

  private static Object real(PreparedStatement insert, int i, double value) throws SQLException {
    insert.setDouble(i + 1, value);
    return value;
  }

  private static Object text(PreparedStatement insert, int i, String value) throws SQLException {
    insert.setString(i + 1, value);
    return new Utf8(value);
  }

  private Object bytes(PreparedStatement insert, int i, int length) throws SQLException {
    byte[] value = new byte[length];
    random.nextBytes(value);
    insert.setBytes(i + 1, value);
    return value;
  }

  private Object bits(PreparedStatement insert, int i) throws SQLException {
    int value = random.nextInt(1 << 17);
    insert.setInt(i + 1, value);
    return new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
  }

  private Object date(PreparedStatement insert, int i) throws SQLException {
    LocalDate value = LocalDate.of(1000, 1, 1).plusDays(random.nextInt(3_000_000));
    insert.setString(i + 1, value.toString());
    return value.toEpochDay();
  }

  private Object time(PreparedStatement insert, int i) throws SQLException {
    long micros = Math.floorMod(random.nextLong(), 838L * 3_600 * MICROS);
    boolean negative = random.nextBoolean();
    long seconds = micros / MICROS;
    insert.setString(
        i + 1,
        String.format(
            "%s%02d:%02d:%02d.%06d",
            negative ? "-" : "",
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
            micros % MICROS));
    return negative ? -micros : micros;
  }

  private Object dateTime(PreparedStatement insert, int i, LocalDateTime first, long span)
      throws SQLException {
    long seconds = first.toEpochSecond(ZoneOffset.UTC) + Math.floorMod(random.nextLong(), span);
    long micros = random.nextBoolean() ? 0 : random.nextInt((int) MICROS);
    LocalDateTime value =
        LocalDateTime.ofEpochSecond(seconds, (int) micros * 1_000, ZoneOffset.UTC);
    insert.setString(
        i + 1,
        value.toLocalDate()
            + " "
            + value.toLocalTime().format(java.time.format.DateTimeFormatter.ISO_LOCAL_TIME));
    return seconds * MICROS + micros;
  }

  private Object point(PreparedStatement insert, int i) throws SQLException {
    byte[] value =
        ByteBuffer.allocate(25)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0)
            .put((byte) 1)
            .putInt(1)
            .putDouble(random.nextDouble())
            .putDouble(random.nextDouble())
            .array();
    insert.setBytes(i + 1, value);
    return value;
  }
}
