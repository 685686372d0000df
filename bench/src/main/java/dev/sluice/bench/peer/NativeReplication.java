package dev.sluice.bench.peer;

import dev.sluice.bench.BenchException;
import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * MySQL's own replication from one server to another: four parallel workers that keep the commit
 * order, positions by GTID.
 */
public final class NativeReplication {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final MysqlServer source;
  private final MysqlServer replica;

  /**
   * @param replica a server of its own with nothing but an empty schema named as the source's
   */
  public NativeReplication(MysqlServer source, MysqlServer replica) {
    this.source = source;
    this.replica = replica;
  }

  /**
   * Makes the replica one, from the source's first transaction on, lets it catch up and stops it.
   */
  public void attach() {
    replica.execute(
        "RESET BINARY LOGS AND GTIDS",
        "SET GLOBAL replica_parallel_workers = 4",
        "SET GLOBAL replica_preserve_commit_order = ON",
        "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '"
            + source.host()
            + "', SOURCE_PORT = "
            + source.port()
            + ", SOURCE_USER = '"
            + source.adminUser()
            + "', SOURCE_PASSWORD = '"
            + source.adminPassword()
            + "', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1");
    catchUp();
  }

  /**
   * Starts the replica, waits until it has everything the source has now, stops it; answers the
   * seconds from the start on.
   *
   * @throws BenchException when the replica breaks or does not catch up
   */
  public double catchUp() {
    try (Connection onSource = source.connectAsAdmin();
        Connection onReplica = replica.connectAsAdmin();
        Statement statement = onReplica.createStatement()) {
      String wanted = executed(onSource);
      long began = System.nanoTime();
      statement.execute("START REPLICA");
      waitFor(onReplica, wanted);
      double seconds = (System.nanoTime() - began) / 1e9;
      statement.execute("STOP REPLICA");
      return seconds;
    } catch (SQLException e) {
      throw new BenchException("replication failed: " + e.getMessage(), e);
    }
  }

  private static String executed(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return result.getString(1);
    }
  }

  private static void waitFor(Connection connection, String wanted) throws SQLException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (PreparedStatement waiting =
        connection.prepareStatement("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 5)")) {
      waiting.setString(1, wanted);
      while (!reached(waiting)) {
        mustWork(connection);
        if (System.nanoTime() > deadline) {
          throw new BenchException("the replica did not catch up in " + LIMIT.toMinutes() + " min");
        }
      }
    }
  }

  private static boolean reached(PreparedStatement waiting) throws SQLException {
    try (ResultSet result = waiting.executeQuery()) {
      result.next();
      return result.getInt(1) == 0;
    }
  }

  private static void mustWork(Connection connection) throws SQLException {
    String sql =
        "SELECT last_error_message FROM performance_schema.replication_applier_status_by_coordinator"
            + " WHERE last_error_number <> 0 UNION ALL SELECT last_error_message"
            + " FROM performance_schema.replication_applier_status_by_worker"
            + " WHERE last_error_number <> 0";
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      if (result.next()) {
        throw new BenchException("replication broke: " + result.getString(1));
      }
    }
  }
}
