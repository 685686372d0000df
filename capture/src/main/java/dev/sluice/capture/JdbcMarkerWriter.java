package dev.sluice.capture;

import dev.sluice.capture.heartbeat.LagTracker;
import dev.sluice.capture.stream.MarkerWriter;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Markers;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Markers on a primary, each by a connection of its own: they are few. Used by one thread. */
final class JdbcMarkerWriter implements MarkerWriter {

  private final MySqlSessions sessions;
  private final Endpoint primary;
  private final Markers markers;
  private final String workflow;
  private final LagTracker lag;
  private long committedNanos;

  /**
   * @param lag knows when the stream's heartbeats, on the same primary, were begun
   */
  JdbcMarkerWriter(
      MySqlSessions sessions, Endpoint primary, String sidecar, String workflow, LagTracker lag) {
    this.lag = lag;
    this.sessions = sessions;
    this.primary = primary;
    this.markers = new Markers(sidecar);
    this.workflow = workflow;
  }

  @Override
  public String write(String kind) {
    String token = UUID.randomUUID().toString();
    try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
      markers.write(connection, workflow, kind, token);
      committedNanos = System.nanoTime();
      return token;
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "write a marker on " + primary);
    }
  }

  @Override
  public boolean precedes(String heartbeat) {
    return lag.begunAfter(heartbeat, committedNanos);
  }
}
