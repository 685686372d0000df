package dev.sluice.tests.stack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A MySQL server of the stack with two accounts: one with only the privileges that Sluice itself
 * needs, and one for everything that an administrator does.
 */
public interface MysqlServer extends StackServer {
  /** The schema of the keyspace that this server holds a shard of. */
  String schema();

  /** The account with the least privileges Sluice needs. */
  String user();

  String password();

  /** The account with all privileges. */
  String adminUser();

  String adminPassword();

  /** The JDBC address of the server's own schema, without an account. */
  default String jdbcUrl() {
    return jdbcUrl(schema());
  }

  /** The JDBC address of a schema (empty for none), without an account. */
  default String jdbcUrl(String schema) {
    return jdbcUrl(host(), port(), schema);
  }

  /** The JDBC address of a schema reached by another way, a network link for example. */
  static String jdbcUrl(String host, int port, String schema) {
    return "jdbc:mysql://"
        + host
        + ":"
        + port
        + "/"
        + schema
        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectionTimeZone=UTC&connectTimeout=5000"
        + "&rewriteBatchedStatements=true";
  }

  /** A new connection of the account with the least privileges, in the server's schema. */
  default Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), user(), password());
  }

  /** A new connection of the administrator, in the server's schema. */
  default Connection connectAsAdmin() throws SQLException {
    return connectAsAdmin(schema());
  }

  /** A new connection of the administrator, in the given schema (empty for none). */
  default Connection connectAsAdmin(String schema) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(schema), adminUser(), adminPassword());
  }

  /**
   * Runs statements as the administrator, each committed by itself, in the server's schema.
   *
   * @throws StackException naming the statement that failed
   */
  default void execute(String... statements) {
    String running = "connect";
    try (Connection connection = connectAsAdmin();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        running = sql;
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new StackException("on " + name() + ": " + running + ": " + e.getMessage(), e);
    }
  }
}
