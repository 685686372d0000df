package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("stack")
@ExtendWith(SharedStack.class)
class LocalStackTest {
  private static long scalar(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void theReplicaFollowsTheSource(Stack stack, StackScope scope) {
    String table = scope.sourceSchema() + ".t";
    stack
        .source()
        .execute(
            "CREATE TABLE " + table + " (id INT PRIMARY KEY)",
            "INSERT INTO " + table + " VALUES (1)");

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              try (Connection replica = stack.mysql("source/replica").connectAsAdmin("")) {
                assertThat(scalar(replica, "SELECT COUNT(*) FROM " + table)).isOne();
              }
            });
  }

  @Test
  void theLeastPrivilegedAccountWorksOnMovedSchemasAndTheSidecarOnly(Stack stack, StackScope scope)
      throws Exception {
    MysqlServer source = stack.source();
    try (Connection connection =
            DriverManager.getConnection(source.jdbcUrl(""), source.user(), source.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + scope.sourceSchema() + ".own (id INT PRIMARY KEY)");
      statement.execute("CREATE SCHEMA IF NOT EXISTS _sluice");

      assertThatThrownBy(() -> statement.execute("CREATE SCHEMA elsewhere"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.execute("CREATE SCHEMA asluice"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aCutLinkBreaksConnectionsAndARestoredOneTakesNewOnes(Stack stack) throws Exception {
    MysqlServer source = stack.source();
    NetworkLink link = stack.link(source.name());
    String url = MysqlServer.jdbcUrl(link.host(), link.port(), "");
    try (Connection connection =
        DriverManager.getConnection(url, source.user(), source.password())) {
      assertThat(scalar(connection, "SELECT 1")).isOne();

      link.cut();

      assertThatThrownBy(() -> scalar(connection, "SELECT 1")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> DriverManager.getConnection(url, source.user(), source.password()))
          .isInstanceOf(SQLException.class);
    }

    link.restore();

    try (Connection connection =
        DriverManager.getConnection(url, source.user(), source.password())) {
      assertThat(scalar(connection, "SELECT 1")).isOne();
    }
  }
}
