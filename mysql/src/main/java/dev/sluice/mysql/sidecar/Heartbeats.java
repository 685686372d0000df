package dev.sluice.mysql.sidecar;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Heartbeat rows: an idle stream moves, and its lag is known. Stateless, safe to share between
 * threads.
 */
public final class Heartbeats {

  /**
   * One heartbeat.
   *
   * @param id whose it is, at most 190 ASCII characters
   * @param token fresh at each beat
   * @param writtenAt by the clock of the server it was written on
   */
  public record Heartbeat(String id, String token, Instant writtenAt) {}

  private final String table;

  /**
   * @param sidecar name of the sidecar schema
   */
  public Heartbeats(String sidecar) {
    this.table = SidecarTable.HEARTBEAT.in(sidecar);
  }

  /**
   * Writes a heartbeat; a fresh token makes it a change of the row each time. Answers the token.
   */
  public String beat(Connection connection, String id) throws SQLException {
    String token = UUID.randomUUID().toString();
    String sql =
        "INSERT INTO "
            + table
            + " (id, token, written_at) VALUES (?, ?, NOW(6))"
            + " ON DUPLICATE KEY UPDATE token = VALUES(token), written_at = VALUES(written_at)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, id);
      insert.setString(2, token);
      insert.executeUpdate();
    }
    return token;
  }

  /** The newest heartbeat that this server shows. */
  public Optional<Heartbeat> read(Connection connection, String id) throws SQLException {
    String sql = "SELECT token, written_at FROM " + table + " WHERE id = ?";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Heartbeat(
                    id, row.getString(1), SidecarTimes.read(row, "written_at").orElseThrow()))
            : Optional.empty();
      }
    }
  }
}
