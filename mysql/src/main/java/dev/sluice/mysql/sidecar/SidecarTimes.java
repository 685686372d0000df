package dev.sluice.mysql.sidecar;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** DATETIME columns of the sidecar hold UTC, since every session of Sluice runs in UTC. */
final class SidecarTimes {

  private SidecarTimes() {}

  static Optional<Instant> read(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, LocalDateTime.class))
        .map(time -> time.toInstant(ZoneOffset.UTC));
  }
}
