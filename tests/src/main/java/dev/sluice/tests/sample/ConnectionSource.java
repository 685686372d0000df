package dev.sluice.tests.sample;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Opens connections to one schema on one server. Implementations are thread-safe. */
@FunctionalInterface
public interface ConnectionSource {

  /** A new connection, to be closed by the caller. */
  Connection open() throws SQLException;

  /**
   * A new connection whose session has what makes texts comparable between servers: UTC, utf8mb4
   * and a strict mode.
   */
  default Connection openUtc() throws SQLException {
    Connection connection = open();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO',"
              + " lock_wait_timeout = 60, net_write_timeout = 600");
      statement.execute("SET NAMES utf8mb4");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
