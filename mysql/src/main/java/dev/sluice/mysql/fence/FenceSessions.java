package dev.sluice.mysql.fence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The two connections of a fence: one that changes it and may have to wait, one that looks who is
 * in the way. Opened when needed, opened again when the server has closed them. Not thread-safe.
 */
final class FenceSessions implements AutoCloseable {

  private static final int VALID_SECONDS = 5;

  /** Longer than a change of traffic usually leaves one alone; then it is opened again. */
  private static final int IDLE_SECONDS = 60;

  private final MySqlSessions sessions;
  private final FencePlace place;
  private Connection changer;
  private Connection watcher;
  private long changerId;

  FenceSessions(MySqlSessions sessions, FencePlace place) {
    this.sessions = sessions;
    this.place = place;
  }

  /** Makes sure that the connection that changes answers. */
  void open() {
    try {
      if (!answers(changer)) {
        close(changer);
        changer = connect();
        changerId = MySqlSessions.connectionId(changer);
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "reach the fence on " + place.primary());
    }
  }

  private Connection connect() throws SQLException {
    Connection connection =
        sessions.open(place.primary(), SessionProfile.CONTROL, "sluice-fence " + place.id());
    // no DDL of ours makes writers wait longer than this
    Queries.update(connection, "SET SESSION lock_wait_timeout = 1");
    // the fence's lock goes with the session: that of a machine that is gone must not stay long
    Queries.update(connection, "SET SESSION wait_timeout = " + IDLE_SECONDS);
    return connection;
  }

  private static boolean answers(Connection connection) throws SQLException {
    return connection != null && connection.isValid(VALID_SECONDS);
  }

  Connection changer() {
    return changer;
  }

  /**
   * The connection that looks who is in the way; opened when it is asked for, so that a server with
   * one connection left can still be opened for writes.
   */
  Connection watcher() throws SQLException {
    if (!answers(watcher)) {
      close(watcher);
      watcher = connect();
    }
    return watcher;
  }

  /** The server's id of the changing connection, unsigned. */
  long changerId() {
    return changerId;
  }

  /** Gives both connections up without waiting for what runs on them. */
  void abandon() {
    for (Connection connection : new Connection[] {changer, watcher}) {
      if (connection != null) {
        try {
          connection.abort(Runnable::run);
        } catch (SQLException e) {
          // it is gone
        }
      }
    }
    changer = null;
    watcher = null;
  }

  private static void close(Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // the server has closed it already
      }
    }
  }

  @Override
  public void close() {
    close(changer);
    close(watcher);
    changer = null;
    watcher = null;
  }
}
