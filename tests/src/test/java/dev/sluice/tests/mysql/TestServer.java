package dev.sluice.tests.mysql;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A real server and a schema of a test's own on it.
 *
 * @param admin the account with all privileges
 * @param app the account with the privileges Sluice needs
 * @param schema exists, empty
 */
public record TestServer(String host, int port, Account admin, Account app, String schema)
    implements AutoCloseable {

  private static final MySqlSessions SESSIONS = new MySqlSessions("sluice-tests");

  /** A name and its password. */
  public record Account(String user, String password) {}

  public Endpoint endpoint() {
    return endpoint(app, schema);
  }

  public Endpoint adminEndpoint() {
    return endpoint(admin, schema);
  }

  public Endpoint endpoint(Account account, String inSchema) {
    return new Endpoint(host, port, account.user(), account::password, inSchema, Map.of());
  }

  public Connection connect(SessionProfile profile) {
    return SESSIONS.open(endpoint(), profile);
  }

  public Connection connectAsAdmin() {
    return SESSIONS.open(adminEndpoint(), SessionProfile.CONTROL);
  }

  /** Runs statements as the administrator. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = connectAsAdmin();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A second empty schema on the same server. */
  public String otherSchema() {
    return schema + "_x";
  }

  void open() throws SQLException {
    Endpoint server = endpoint(admin, "information_schema");
    try (Connection connection = SESSIONS.open(server, SessionProfile.CONTROL);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS `" + schema + "`");
      statement.execute("DROP SCHEMA IF EXISTS `" + otherSchema() + "`");
      statement.execute("CREATE SCHEMA `" + schema + "`");
      statement.execute("CREATE SCHEMA `" + otherSchema() + "`");
    }
  }

  @Override
  public void close() throws SQLException {
    execute("DROP SCHEMA `" + otherSchema() + "`", "DROP SCHEMA `" + schema + "`");
  }
}
