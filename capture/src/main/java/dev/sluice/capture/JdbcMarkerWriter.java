package dev.sluice.capture;

import dev.sluice.capture.stream.MarkerWriter;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Markers;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Markers on a primary, each by a connection of its own: they are few. Thread-safe. */
final class JdbcMarkerWriter implements MarkerWriter {

  private final MySqlSessions sessions;
  private final Endpoint primary;
  private final Markers markers;
  private final String workflow;

  JdbcMarkerWriter(MySqlSessions sessions, Endpoint primary, String sidecar, String workflow) {
    this.sessions = sessions;
    this.primary = primary;
    this.markers = new Markers(sidecar);
    this.workflow = workflow;
  }

  @Override
  public String write(String kind) {
    String token = UUID.randomUUID().toString();
    try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
      return markers.write(connection, workflow, kind, token).token();
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "write a marker on " + primary);
    }
  }
}
