package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class SessionsTest {

  private static String variable(Connection connection, String name) throws SQLException {
    return Queries.list(
            connection, "SHOW SESSION VARIABLES LIKE '" + name + "'", row -> row.getString(2))
        .get(0);
  }

  @ParameterizedTest
  @EnumSource(SessionProfile.class)
  void everySessionHasTheSettingsThatRowsDependOn(SessionProfile profile, TestServer server)
      throws SQLException {
    try (Connection connection = server.connect(profile)) {
      assertThat(variable(connection, "sql_mode"))
          .isEqualTo("NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES");
      assertThat(variable(connection, "time_zone")).isEqualTo("+00:00");
      assertThat(variable(connection, "character_set_client")).isEqualTo("utf8mb4");
      assertThat(variable(connection, "character_set_results")).isEqualTo("utf8mb4");
      assertThat(variable(connection, "unique_checks")).isEqualTo("ON");
      assertThat(variable(connection, "foreign_key_checks"))
          .isEqualTo(profile == SessionProfile.APPLIER ? "OFF" : "ON");
      assertThat(Integer.parseInt(variable(connection, "lock_wait_timeout"))).isBetween(1, 10);
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.getCatalog()).isEqualTo(server.schema());
      assertThat(Queries.text(connection, "SELECT @sluice_applier").isPresent())
          .isEqualTo(profile == SessionProfile.APPLIER);
    }
  }

  @Test
  void aFrozenApplierLosesItsConnectionWithinFifteenSeconds(TestServer server) throws SQLException {
    try (Connection connection = server.connect(SessionProfile.APPLIER)) {
      assertThat(variable(connection, "wait_timeout")).isEqualTo("15");
      assertThat(variable(connection, "net_read_timeout")).isEqualTo("15");
      assertThat(variable(connection, "net_write_timeout")).isEqualTo("15");
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
    }
  }

  @Test
  void aStreamingReadKeepsTheReadersTimeoutAndIsolation(TestServer server) throws SQLException {
    try (Connection connection = server.connect(SessionProfile.READER)) {
      try (Statement statement =
          connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
        statement.setFetchSize(Integer.MIN_VALUE);
        try (ResultSet rows = statement.executeQuery("SELECT @@SESSION.net_write_timeout")) {
          rows.next();
          assertThat(rows.getInt(1)).isEqualTo(3600);
        }
      }
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
    }
  }

  @Test
  void latin1TextAndQuotedTextComeBackAsTheyWere(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, l VARCHAR(300) CHARACTER SET latin1, u TEXT CHARACTER SET utf8mb4)");
    String nasty = "'\\\0\n\r\u001a\"`% _ é 😀 \\' end\\";
    try (Connection connection = server.connect(SessionProfile.CONTROL)) {
      byte[] all = new byte[256];
      for (int i = 0; i < 256; i++) {
        all[i] = (byte) i;
      }
      Queries.update(
          connection,
          "INSERT INTO t VALUES (1, _latin1 "
              + Literals.bytes(all)
              + ", "
              + Literals.string(nasty)
              + ")");
      assertThat(Queries.text(connection, "SELECT u FROM t")).contains(nasty);
      String latin = Queries.text(connection, "SELECT l FROM t").orElseThrow();
      Queries.update(connection, "UPDATE t SET u = l, l = " + Literals.string(latin));
      assertThat(Queries.list(connection, "SELECT HEX(l) FROM t", row -> row.getString(1)))
          .containsExactly(hex(all));
      assertThat(latin.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(256);
    }
  }

  private static String hex(byte[] bytes) {
    String literal = Literals.bytes(bytes);
    return literal.substring(2, literal.length() - 1);
  }

  @Test
  void aWrongPasswordIsAccessDeniedAndRetryable(TestServer server) {
    Endpoint wrong =
        new Endpoint(
            server.host(), server.port(), "nobody", () -> "wrong", server.schema(), Map.of());
    assertThatThrownBy(() -> new MySqlSessions("t").open(wrong, SessionProfile.CONTROL))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_ACCESS_DENIED);
              assertThat(e.retryable()).isTrue();
            });
  }

  @Test
  void anUnknownSchemaSaysSo(TestServer server) {
    Endpoint wrong = server.endpoint(server.admin(), "no_such_schema");
    assertThatThrownBy(() -> new MySqlSessions("t").open(wrong, SessionProfile.CONTROL))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_STATEMENT_FAILED))
        .hasMessageContaining("no_such_schema");
  }

  @Test
  void aClosedPortIsUnavailable(TestServer server) {
    Endpoint wrong = new Endpoint("127.0.0.1", 1, "u", () -> "p", "s", Map.of());
    assertThatThrownBy(() -> new MySqlSessions("t").open(wrong, SessionProfile.CONTROL))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_UNAVAILABLE));
  }
}
