package dev.sluice.tests.vindex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TypeMapping;
import dev.sluice.schemas.vindex.CanonicalText;
import dev.sluice.schemas.vindex.Sha256Vindex;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The keyspace id that Sluice computes is the one MySQL's own SHA2 gives for the same column value.
 */
@Tag("fidelity")
@ExtendWith(SharedStack.class)
class VindexAgainstServerTest {

  private static final long SEED = 20_261;

  private final Random random = new Random(SEED);

  @Test
  void everyVindexTypeAgreesWithTheServer(Stack stack) throws SQLException {
    try (Connection connection = stack.source().connectAsAdmin("");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 200; i++) {
        long number = random.nextLong();
        check(statement, column("bigint", 0, 0), number, "CAST(" + number + " AS SIGNED)");
        BigDecimal unsigned = new BigDecimal(Long.toUnsignedString(random.nextLong()));
        check(
            statement,
            column("bigint unsigned", 20, 0),
            unsigned,
            "CAST(" + unsigned + " AS UNSIGNED)");
        BigDecimal decimal = BigDecimal.valueOf(random.nextInt(), 3);
        check(
            statement,
            column("decimal", 20, 3),
            decimal,
            "CAST('" + decimal + "' AS DECIMAL(20,3))");
        String text = "k" + number + "ü€𝄞";
        check(statement, column("varchar", 0, 0), new Utf8(text), "_utf8mb4'" + text + "'");
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        check(
            statement,
            column("varbinary", 0, 0),
            bytes,
            "x'" + java.util.HexFormat.of().formatHex(bytes) + "'");
        long day = random.nextInt(60_000) - 30_000L;
        check(
            statement,
            column("date", 0, 0),
            day,
            "DATE_ADD(DATE'1970-01-01', INTERVAL " + day + " DAY)");
        int scale = random.nextInt(7);
        long micros = Math.floorMod(random.nextLong(), 4_000_000_000_000_000L);
        long kept = micros - micros % Math.round(Math.pow(10, 6 - scale));
        check(
            statement,
            column("datetime", 0, scale),
            kept,
            "CAST(TIMESTAMPADD(MICROSECOND, "
                + kept
                + ", '1970-01-01 00:00:00') AS DATETIME("
                + scale
                + "))");
      }
    }
  }

  private static void check(Statement statement, ColumnSchema column, Object value, String sql)
      throws SQLException {
    long id = new Sha256Vindex().keyspaceId(CanonicalText.of(column, value));
    try (ResultSet row = statement.executeQuery("SELECT LEFT(SHA2(" + sql + ", 256), 16)")) {
      assertThat(row.next()).isTrue();
      assertThat(String.format("%016x", id))
          .as("seed %d, %s %s", SEED, column.columnType(), sql)
          .isEqualTo(row.getString(1));
    }
  }

  private static ColumnSchema column(String type, int precision, int scale) {
    String dataType = type.replace(" unsigned", "");
    boolean unsigned = type.endsWith("unsigned");
    return new ColumnSchema(
        "v",
        dataType,
        type,
        TypeMapping.kindOf(dataType, unsigned).orElseThrow(),
        precision,
        scale,
        false,
        unsigned,
        null,
        null,
        false,
        false);
  }
}
