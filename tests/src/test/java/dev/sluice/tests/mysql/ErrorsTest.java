package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mysql.cj.jdbc.JdbcStatement;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class ErrorsTest {

  private static final String LOAD =
      "LOAD DATA LOCAL INFILE 'memory' REPLACE INTO TABLE t CHARACTER SET utf8mb4 (id, v)";

  private final ErrorClassifier classifier = new ErrorClassifier();

  private SluiceException classified(ThrowingCallable call) {
    return classifier.classify(catchThrowableOfType(SQLException.class, call), "try");
  }

  @Test
  void refusedRowsNameTheirKey(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (id TINYINT PRIMARY KEY, v CHAR(2), UNIQUE KEY wanders (v))",
        "INSERT INTO t VALUES (1, 'a')");
    try (Connection connection = server.connect(SessionProfile.APPLIER)) {
      SluiceException clash =
          classified(() -> Queries.update(connection, "INSERT INTO t VALUES (2, 'a')"));
      assertThat(clash.code()).isEqualTo(ErrorCode.TARGET_REFUSED_ROW);
      assertThat(clash).hasMessageContaining("wanders");
      for (String values : new String[] {"(300, 'b')", "(3, 'bcd')", "(NULL, 'b')"}) {
        SluiceException refused =
            classified(() -> Queries.update(connection, "INSERT INTO t VALUES " + values));
        assertThat(refused.code()).as(values).isEqualTo(ErrorCode.TARGET_REFUSED_ROW);
      }
    }
  }

  @Test
  void aKilledSessionIsUnavailable(TestServer server) throws SQLException {
    try (Connection victim = server.connect(SessionProfile.APPLIER);
        Connection killer = server.connect(SessionProfile.CONTROL)) {
      Queries.update(killer, "KILL " + MySqlSessions.connectionId(victim));
      assertThat(classified(() -> Queries.text(victim, "SELECT 1")).code())
          .isEqualTo(ErrorCode.MYSQL_UNAVAILABLE);
      assertThat(classified(() -> Queries.text(victim, "SELECT 1")).code())
          .isEqualTo(ErrorCode.MYSQL_UNAVAILABLE);
    }
  }

  @Test
  void aTableChangedBehindASnapshotIsReadAgain(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE u (id INT PRIMARY KEY)");
    try (Connection reader = server.connect(SessionProfile.READER)) {
      Queries.update(reader, "START TRANSACTION WITH CONSISTENT SNAPSHOT");
      server.execute("ALTER TABLE t ADD COLUMN v INT, ALGORITHM=COPY");
      SluiceException changed = classified(() -> Queries.text(reader, "SELECT * FROM t"));
      assertThat(changed.code()).isEqualTo(ErrorCode.TABLE_CHANGED);
      assertThat(changed.retryable()).isTrue();
    }
  }

  @Test
  void onlyAppliersLoadFromMemoryAndStrictly(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id TINYINT PRIMARY KEY, v CHAR(2))");
    try (Connection applier = server.connect(SessionProfile.APPLIER);
        Connection control = server.connect(SessionProfile.CONTROL)) {
      assertThat(load(applier, "1\ta\n0\tb\n")).isEqualTo(2);
      assertThat(Queries.list(applier, "SELECT id FROM t ORDER BY id", row -> row.getInt(1)))
          .containsExactly(0, 1);
      assertThat(classified(() -> load(applier, "300\tc\n")).code())
          .isEqualTo(ErrorCode.TARGET_REFUSED_ROW);
      SQLException refused =
          catchThrowableOfType(SQLException.class, () -> load(control, "2\tc\n"));
      assertThat(classifier.isLocalInfileRefused(refused)).isTrue();
    }
  }

  private static int load(Connection connection, String rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement
          .unwrap(JdbcStatement.class)
          .setLocalInfileInputStream(
              new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8)));
      return statement.executeUpdate(LOAD);
    }
  }
}
