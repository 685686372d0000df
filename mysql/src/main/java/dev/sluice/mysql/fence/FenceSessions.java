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

  private final MySqlSessions sessions;
  private final FencePlace place;
  private Connection changer;
  private Connection watcher;
  private long changerId;

  FenceSessions(MySqlSessions sessions, FencePlace place) {
    this.sessions = sessions;
    this.place = place;
  }

  /** By this attribute a successor knows the sessions of its predecessors. */
  String programName() {
    return "sluice-fence " + place.id();
  }

  /** Makes sure that both connections answer. */
  void open() {
    try {
      if (!answers(changer)) {
        close(changer);
        changer = sessions.open(place.primary(), SessionProfile.CONTROL, programName());
        // no DDL of ours makes writers wait longer than this
        Queries.update(changer, "SET SESSION lock_wait_timeout = 1");
        changerId = MySqlSessions.connectionId(changer);
      }
      if (!answers(watcher)) {
        close(watcher);
        watcher = sessions.open(place.primary(), SessionProfile.CONTROL, programName());
        Queries.update(watcher, "SET SESSION lock_wait_timeout = 1");
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "reach the fence on " + place.primary());
    }
  }

  private static boolean answers(Connection connection) throws SQLException {
    return connection != null && connection.isValid(VALID_SECONDS);
  }

  Connection changer() {
    return changer;
  }

  Connection watcher() {
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
