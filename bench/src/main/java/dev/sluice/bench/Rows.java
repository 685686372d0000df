package dev.sluice.bench;

import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Small questions to a server. */
final class Rows {
  private Rows() {}

  /**
   * The one number that a query answers.
   *
   * @throws BenchException when the server refuses the query
   */
  static long number(MysqlServer server, String sql) {
    try (Connection connection = server.connectAsAdmin();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new BenchException(server.name() + " refuses " + sql + ": " + e.getMessage(), e);
    }
  }
}
