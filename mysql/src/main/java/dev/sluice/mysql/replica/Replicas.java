package dev.sluice.mysql.replica;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalDouble;

/** Replication as the server itself sees it. Stateless; needs REPLICATION CLIENT. */
public final class Replicas {

  private static final int SYNTAX_ERROR = 1064;

  private Replicas() {}

  /**
   * How far this server is behind the one it replicates from, seconds: the most of all its
   * channels. Infinite when it is a replica whose replication does not run; empty when it is no
   * replica.
   */
  public static OptionalDouble secondsBehind(Connection connection) throws SQLException {
    try {
      return read(connection, "SHOW REPLICA STATUS", "Seconds_Behind_Source");
    } catch (SQLException e) {
      if (e.getErrorCode() != SYNTAX_ERROR) {
        throw e;
      }
      // servers before 8.0.22
      return read(connection, "SHOW SLAVE STATUS", "Seconds_Behind_Master");
    }
  }

  private static OptionalDouble read(Connection connection, String query, String column)
      throws SQLException {
    OptionalDouble most = OptionalDouble.empty();
    try (Statement statement = connection.createStatement();
        ResultSet channels = statement.executeQuery(query)) {
      while (channels.next()) {
        double seconds = channels.getDouble(column);
        double behind = channels.wasNull() ? Double.POSITIVE_INFINITY : seconds;
        most = OptionalDouble.of(Math.max(most.orElse(0), behind));
      }
    }
    return most;
  }
}
