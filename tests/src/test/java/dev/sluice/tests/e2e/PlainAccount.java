package dev.sluice.tests.e2e;

import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.StackScope;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

/**
 * An application's account without any privilege of an administrator, on every primary; and what
 * Sluice's own account needs beyond triggers to use {@code read_only}, until it is closed.
 */
final class PlainAccount implements AutoCloseable {

  private static final String NAME = "plain_app";
  private static final String READ_ONLY_GRANT = "SYSTEM_VARIABLES_ADMIN";

  private final StackScope scope;

  PlainAccount(StackScope scope) {
    this.scope = scope;
    for (MysqlServer server : primaries()) {
      server.execute(
          "CREATE USER IF NOT EXISTS " + NAME + "@'%' IDENTIFIED BY 'plain'",
          "GRANT ALL ON `" + scope.sourceSchema() + "`.* TO " + NAME + "@'%'",
          "GRANT ALL ON `" + scope.targetSchema() + "`.* TO " + NAME + "@'%'",
          "GRANT SELECT, INSERT, UPDATE, DELETE ON "
              + Sidecar.DEFAULT_SCHEMA
              + ".* TO "
              + NAME
              + "@'%'");
      server.execute("GRANT " + READ_ONLY_GRANT + " ON *.* TO '" + server.user() + "'@'%'");
    }
  }

  private List<MysqlServer> primaries() {
    List<MysqlServer> primaries = new ArrayList<>();
    primaries.add(scope.stack().source());
    scope.stack().options().targetShards().forEach(s -> primaries.add(scope.stack().target(s)));
    return primaries;
  }

  ConnectionSource on(MysqlServer server, String schema) {
    String url = server.jdbcUrl(schema) + "&trackSessionState=true";
    return () -> DriverManager.getConnection(url, NAME, "plain");
  }

  /** Servers that are read_only, or were told to be at their next start. */
  List<String> readOnly() {
    List<String> found = new ArrayList<>();
    for (MysqlServer server : primaries()) {
      try (var connection = server.connectAsAdmin("")) {
        SwitchRig.query(
                connection,
                "SELECT CONCAT(@@GLOBAL.read_only, (SELECT COUNT(*) FROM"
                    + " performance_schema.persisted_variables WHERE VARIABLE_NAME ="
                    + " 'read_only'))")
            .stream()
            .filter(text -> !text.equals("00"))
            .forEach(text -> found.add(server.name() + " " + text));
      } catch (java.sql.SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return found;
  }

  @Override
  public void close() {
    for (MysqlServer server : primaries()) {
      // whatever a failed test has left: the servers are shared
      server.execute(
          "SET GLOBAL read_only = OFF",
          "RESET PERSIST IF EXISTS read_only",
          "REVOKE " + READ_ONLY_GRANT + " ON *.* FROM '" + server.user() + "'@'%'",
          "DROP USER IF EXISTS " + NAME + "@'%'");
    }
  }
}
