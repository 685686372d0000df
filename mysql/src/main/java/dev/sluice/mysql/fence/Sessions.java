package dev.sluice.mysql.fence;

import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Other sessions of the server. Stateless. */
final class Sessions {

  private static final int NO_SUCH_THREAD = 1094;

  /** Of another account, without the privilege; or of one with SYSTEM_USER. */
  private static final int KILL_DENIED = 1095;

  private Sessions() {}

  /**
   * Ends a session; one that has gone counts as ended.
   *
   * @return false when this account may not end it
   */
  static boolean kill(Connection connection, String id) throws SQLException {
    try {
      quietly(connection, "KILL " + id);
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == KILL_DENIED) {
        return false;
      }
      throw e;
    }
  }

  /** Ends what a session is doing; the session stays. */
  static void killQuery(Connection connection, String id) throws SQLException {
    quietly(connection, "KILL QUERY " + id);
  }

  private static void quietly(Connection connection, String sql) throws SQLException {
    try {
      Queries.update(connection, sql);
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_THREAD) {
        throw e;
      }
    }
  }

  /**
   * {@code 12 (app, open for 34 s)} for each session, for people; 5.7 does not say how long.
   *
   * <p>Not from information_schema: its PROCESSLIST and INNODB_TRX cannot be read at all while any
   * session runs a statement with a character of four bytes (error 3854).
   */
  static List<String> describe(Connection connection, List<String> ids) throws SQLException {
    if (ids.isEmpty()) {
      return List.of();
    }
    return Queries.list(
        connection,
        "SELECT CONCAT(p.PROCESSLIST_ID, ' (', COALESCE(p.PROCESSLIST_USER, '?'),"
            + " COALESCE(CONCAT(', open for ', t.TIMER_WAIT DIV 1000000000000, ' s'), ''), ')')"
            + " FROM performance_schema.threads p"
            + " LEFT JOIN performance_schema.events_transactions_current t"
            + " ON t.THREAD_ID = p.THREAD_ID AND t.STATE = 'ACTIVE'"
            + " WHERE p.PROCESSLIST_ID IN ("
            + String.join(",", ids)
            + ")",
        row -> row.getString(1));
  }
}
