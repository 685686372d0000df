package dev.sluice.mysql.sidecar;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.journal.Marker;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Marker rows: written on a primary, met by the stream at an exact place (I5). Stateless, safe to
 * share.
 */
public final class Markers {

  private static final int PRUNE_ROWS = 1_000;

  private final String table;

  /**
   * @param sidecar name of the sidecar schema
   */
  public Markers(String sidecar) {
    this.table = SidecarTable.MARKER.in(sidecar);
  }

  /**
   * Writes a marker. With autocommit it is committed when this returns; else with the caller's
   * transaction.
   *
   * @param workflow whose marker it is
   * @param kind what it is for, at most 32 ASCII characters
   * @param token fresh for each marker, at most 36 ASCII characters
   */
  public Marker write(Connection connection, String workflow, String kind, String token)
      throws SQLException {
    String sql =
        "INSERT INTO " + table + " (token, workflow, kind, written_at) VALUES (?, ?, ?, NOW(6))";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, token);
      insert.setString(2, workflow);
      insert.setString(3, kind);
      insert.executeUpdate();
    }
    return new Marker(token, kind);
  }

  /** True when the connection (or its snapshot) sees the marker. */
  public boolean exists(Connection connection, String token) throws SQLException {
    return Queries.text(
            connection,
            "SELECT 1 FROM " + table + " WHERE token = " + Literals.string(token) + " LIMIT 1")
        .isPresent();
  }

  /** Deletes markers older than this, at most 1,000 at a call; answers how many. */
  public int prune(Connection connection, Duration olderThan) throws SQLException {
    return Queries.update(
        connection,
        "DELETE FROM "
            + table
            + " WHERE written_at < NOW(6) - INTERVAL "
            + olderThan.toSeconds()
            + " SECOND ORDER BY id LIMIT "
            + PRUNE_ROWS);
  }
}
