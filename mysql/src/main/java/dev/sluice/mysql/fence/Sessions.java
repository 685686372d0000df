package dev.sluice.mysql.fence;

import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Other sessions of the server. Stateless. */
final class Sessions {

  private static final int NO_SUCH_THREAD = 1094;

  private Sessions() {}

  /** Ends a session, or does nothing when it has gone. */
  static void kill(Connection connection, String id) throws SQLException {
    quietly(connection, "KILL " + id);
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

  /** {@code 12 (app, 34 s)} for each session, for people. */
  static List<String> describe(Connection connection, List<String> ids) throws SQLException {
    if (ids.isEmpty()) {
      return List.of();
    }
    return Queries.list(
        connection,
        "SELECT CONCAT(p.ID, ' (', p.USER, COALESCE(CONCAT(', open for ',"
            + " TIMESTAMPDIFF(SECOND, t.trx_started, CONVERT_TZ(NOW(), @@SESSION.time_zone,"
            + " 'SYSTEM')), ' s'), ''), ')') FROM information_schema.PROCESSLIST p"
            + " LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID"
            + " WHERE p.ID IN ("
            + String.join(",", ids)
            + ")",
        row -> row.getString(1));
  }
}
