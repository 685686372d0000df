package dev.sluice.tests.workload;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Hears the GTID that the server gives to each commit of a connection. The connection needs
 * Connector/J's property {@code trackSessionState=true}; without it nothing is heard. The driver
 * keeps a weak reference only, so whoever wants to hear must hold the tracker. Not thread-safe.
 */
final class GtidTracker implements SessionStateChangesListener {

  private String last;

  static GtidTracker on(Connection connection) throws SQLException {
    GtidTracker tracker = new GtidTracker();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION session_track_gtids = 'OWN_GTID'");
    }
    connection
        .unwrap(JdbcConnection.class)
        .getServerSessionStateController()
        .addSessionStateChangesListener(tracker);
    return tracker;
  }

  @Override
  public void handleSessionStateChanges(ServerSessionStateChanges changes) {
    changes.getSessionStateChangesList().forEach(this::heard);
  }

  private void heard(SessionStateChange change) {
    if (change.getType() == ServerSessionStateController.SESSION_TRACK_GTIDS
        && !change.getValues().isEmpty()) {
      last = change.getValues().get(0);
    }
  }

  /** The GTID heard since the last call, or null. */
  String take() {
    String gtid = last;
    last = null;
    return gtid;
  }
}
