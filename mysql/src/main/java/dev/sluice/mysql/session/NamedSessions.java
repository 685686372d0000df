package dev.sluice.mysql.session;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Sessions of a server by the name that they gave, from whatever machine they come. Finds none
 * where the performance schema is off. Stateless; connections are the caller's.
 */
public final class NamedSessions {

  private static final int TABLE_ACCESS_DENIED = 1142;

  private NamedSessions() {}

  /**
   * Whether a session has this name: ids alone say little, they start anew with the server.
   *
   * @param session the server's id of it, unsigned
   */
  public static boolean has(Connection connection, long session, String name) throws SQLException {
    return find(connection, "PROCESSLIST_ID = " + Long.toUnsignedString(session), name);
  }

  /** Whether a session other than this one has this name. */
  public static boolean others(Connection connection, String name) throws SQLException {
    return find(connection, "PROCESSLIST_ID <> CONNECTION_ID()", name);
  }

  private static boolean find(Connection connection, String which, String name)
      throws SQLException {
    try {
      return find(connection, "session_connect_attrs", which, name);
    } catch (SQLException e) {
      if (e.getErrorCode() != TABLE_ACCESS_DENIED) {
        throw e;
      }
      // open to everybody, but shows an account's sessions from this machine only
      return find(connection, "session_account_connect_attrs", which, name);
    }
  }

  private static boolean find(Connection connection, String view, String which, String name)
      throws SQLException {
    return Queries.text(
            connection,
            "SELECT 1 FROM performance_schema."
                + view
                + " WHERE "
                + which
                + " AND ATTR_NAME = 'program_name' AND ATTR_VALUE = "
                + Literals.string(name)
                + " LIMIT 1")
        .isPresent();
  }
}
