package dev.sluice.mysql.gtid;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Waits until a server has executed transactions, and asks which it has. Stateless. */
public final class GtidWaiter {

  /** Room for the answer's own way, above the wait itself. */
  private static final int ANSWER_MILLIS = 10_000;

  private static final long LONGEST_SECONDS = 86_400;

  private GtidWaiter() {}

  /**
   * Waits until the server has executed every transaction of the set, commit in the engine
   * included. An open transaction of the connection keeps its snapshot; so wait first, then begin.
   *
   * @param timeout from now on, rounded up to a whole second; 1 s to a day
   * @return false when the time was over first
   */
  public static boolean waitFor(Connection connection, GtidSet set, Duration timeout)
      throws SQLException {
    if (set.isEmpty()) {
      return true;
    }
    long seconds = Math.min(LONGEST_SECONDS, Math.max(1, timeout.plusMillis(999).toSeconds()));
    int before = connection.getNetworkTimeout();
    long needed = seconds * 1000 + ANSWER_MILLIS;
    if (before != 0 && before < needed) {
      connection.setNetworkTimeout(Runnable::run, (int) needed);
    }
    try {
      String sql =
          "SELECT WAIT_FOR_EXECUTED_GTID_SET("
              + Literals.string(set.toString())
              + ", "
              + seconds
              + ")";
      return Queries.text(connection, sql).filter("0"::equals).isPresent();
    } finally {
      if (!connection.isClosed()) {
        connection.setNetworkTimeout(Runnable::run, before);
      }
    }
  }

  /** The transactions that the server has executed. */
  public static GtidSet executed(Connection connection) throws SQLException {
    return GtidSet.parse(Queries.text(connection, "SELECT @@GLOBAL.gtid_executed").orElse(""));
  }

  /** The executed transactions that are in no binary log of the server any more. */
  public static GtidSet purged(Connection connection) throws SQLException {
    return GtidSet.parse(Queries.text(connection, "SELECT @@GLOBAL.gtid_purged").orElse(""));
  }
}
