package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.mysql.TestServer.Account;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** The replica of the stack's source. */
record Replica(Stack stack) {

  private MysqlServer server() {
    return stack.mysql("source/replica");
  }

  Endpoint endpoint(Account account, String schema) {
    return new Endpoint(
        server().host(), server().port(), account.user(), account::password, schema, Map.of());
  }

  void execute(String... statements) {
    for (String sql : statements) {
      server().execute(sql);
    }
  }

  /** Waits until it has everything that the source has now, what other tests wrote among it. */
  void awaitCaughtUp() throws SQLException {
    String executed;
    try (Connection connection = stack.source().connectAsAdmin("mysql")) {
      executed = Queries.text(connection, "SELECT @@GLOBAL.gtid_executed").orElseThrow();
    }
    try (Connection connection = server().connectAsAdmin("mysql")) {
      String wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET(" + Literals.string(executed) + ", 120)";
      assertThat(Queries.text(connection, wait)).contains("0");
    }
  }
}
