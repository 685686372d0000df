package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.ApplyDdlPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With {@code on-ddl: exec} appliers run the source's DDL at its place, once, whoever is killed on
 * the way; under live writes.
 */
@Tag("crash")
@ExtendWith(SharedStack.class)
class DdlExecTest {

  private static final double WRITES_PER_SECOND = 60;
  private static final Map<String, Object> EXEC = Map.of("on-ddl", "exec", "copy.slice", "300ms");

  /** Each could not run twice, or would leave something behind if it did. */
  private static final List<String> STATEMENTS =
      List.of(
          "ALTER TABLE customer ADD COLUMN level INT NOT NULL DEFAULT 7 AFTER email, ADD INDEX"
              + " (level)",
          "CREATE INDEX by_state ON corder (state)",
          "ALTER TABLE customer RENAME COLUMN level TO rank_now, MODIFY full_name VARCHAR(100) NOT"
              + " NULL",
          "ALTER TABLE corder ADD COLUMN first_one DECIMAL(6,2) NULL DEFAULT 1.25 FIRST, ADD INDEX"
              + " (quantity)",
          "ALTER TABLE customer DROP COLUMN rank_now",
          "ALTER TABLE corder DROP INDEX by_state, DROP COLUMN first_one");

  /** Types as only statements write them: a server's own words for them are others. */
  private static final String OTHER_WORDS =
      "ALTER TABLE customer ADD COLUMN b1 BOOLEAN, ADD COLUMN b2 BOOL NOT NULL DEFAULT 5, ADD COLUMN"
          + " z1 TINYINT ZEROFILL, ADD COLUMN z2 MEDIUMINT(4) ZEROFILL, ADD COLUMN z3 INT4 ZEROFILL,"
          + " ADD COLUMN z4 BIGINT ZEROFILL, ADD COLUMN i1 INT1 UNSIGNED, ADD COLUMN i3 MIDDLEINT, ADD"
          + " COLUMN f4 FLOAT4, ADD COLUMN d8 DOUBLE PRECISION, ADD COLUMN n NUMERIC(5,2), ADD COLUMN"
          + " d DEC, ADD COLUMN c NATIONAL VARCHAR(10)";

  private static final String LARGEST =
      "UPDATE customer SET b1 = 7, b2 = -1, z1 = 255, z2 = 16777215, z3 = 4294967295, z4 ="
          + " 18446744073709551615, i1 = 255, i3 = -8388608, f4 = 0.1, d8 = 1e-300, n = -999.99, d ="
          + " 12345, c = 'ü' ORDER BY customer_id LIMIT 20";

  private static final List<String> POINTS =
      List.of(
          ApplyDdlPausePoints.APPLY_DDL_RUN,
          CapturePausePoints.AFTER_DDL_CUT,
          ApplyDdlPausePoints.APPLY_DDL_ANNOUNCED,
          ApplyDdlPausePoints.APPLY_DDL_CLEARED,
          CapturePausePoints.BEFORE_DDL_CUT,
          ApplyDdlPausePoints.APPLY_DDL_BEFORE_ANNOUNCE);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void statementsRunOnceOnEveryShardWhoeverIsKilled(Stack stack, StackScope scope)
      throws Exception {
    killed(stack, scope, 2);
  }

  @Test
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void statementsRunOnceOnEveryShardWhereverItIsKilled(Stack stack, StackScope scope)
      throws Exception {
    killed(stack, scope, POINTS.size());
  }

  private static void killed(Stack stack, StackScope scope, int points) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND);
      String roles = Layout.ALL_IN_ONE.processes().get(0);
      SluiceProcess process = move.processes.start(roles, POINTS.get(0)).awaitUp();
      move.create(EXEC).awaitState("running");
      for (int i = 1; i <= points; i++) {
        move.onSource(STATEMENTS.get(i - 1));
        move.awaitPaused(process, POINTS.get(i - 1)).awaitWrites(20);
        process =
            i < points
                ? move.processes.replace(roles, POINTS.get(i))
                : move.processes.replace(roles);
      }
      process.awaitUp();
      for (String rest : STATEMENTS.subList(points, STATEMENTS.size())) {
        move.onSource(rest);
      }
      if (points == POINTS.size()) {
        move.onSource(OTHER_WORDS);
        move.onSource(LARGEST);
      }
      move.awaitWrites(50).awaitState("running");

      Verdict.everythingIsEqual(move);
      theTablesAreAlike(move);
      move.cancel();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void statementsRunInMidCopy(int round, Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, new SampleSize(10_000, 60_000, 100, 3))) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create(EXEC);
      for (String statement : STATEMENTS) {
        move.awaitWrites(10L * round);
        move.onSource(statement);
      }
      move.awaitState("running").awaitWrites(50);

      Verdict.everythingIsEqual(move);
      theTablesAreAlike(move);
      move.cancel();
    }
  }

  private static void theTablesAreAlike(Move move) throws SQLException {
    for (String table : Move.TABLES) {
      List<String> source = shape(move.stack.source(), move.scope.sourceSchema(), table);
      assertThat(source).as("columns and indexes of %s", table).isNotEmpty();
      for (String shard : List.of("-80", "80-")) {
        assertThat(shape(move.stack.target(shard), move.scope.targetSchema(), table))
            .as("%s on %s", table, shard)
            .isEqualTo(source);
      }
    }
  }

  /** Columns in order, and indexes, as the server has them. */
  private static List<String> shape(MysqlServer server, String schema, String table)
      throws SQLException {
    List<String> shape = new ArrayList<>();
    try (Connection connection = server.connectAsAdmin(schema);
        Statement statement = connection.createStatement()) {
      String where = " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '" + table + "'";
      try (ResultSet row =
          statement.executeQuery(
              "SELECT CONCAT_WS('|', COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT)"
                  + " FROM information_schema.COLUMNS"
                  + where
                  + " ORDER BY ORDINAL_POSITION")) {
        while (row.next()) {
          shape.add(row.getString(1));
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT CONCAT_WS('|', INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME)"
                  + " FROM information_schema.STATISTICS"
                  + where
                  + " ORDER BY 1")) {
        while (row.next()) {
          shape.add(row.getString(1));
        }
      }
    }
    return shape;
  }
}
