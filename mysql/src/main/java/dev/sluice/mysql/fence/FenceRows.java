package dev.sluice.mysql.fence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/**
 * The two rows of a fence. A change is one statement in autocommit, so that a client which freezes
 * in the middle holds no lock on the row that writers read. Stateless.
 */
final class FenceRows {

  private static final int REASON_LENGTH = 1_024;

  /** A row as committed. */
  record Row(boolean denied, long controllerEpoch, String token, Instant changedAt) {}

  private final String table;
  private final FencePlace place;

  FenceRows(String sidecar, FencePlace place) {
    this.table = Identifiers.qualified(sidecar, "fence");
    this.place = place;
  }

  Optional<Row> gate(Connection connection) throws SQLException {
    return read(connection, place.id().gate());
  }

  Optional<Row> controller(Connection connection) throws SQLException {
    return read(connection, place.id().controller());
  }

  private Optional<Row> read(Connection connection, String id) throws SQLException {
    return Queries.first(
        connection,
        "SELECT denied, controller_epoch, token, changed_at FROM "
            + table
            + " WHERE id = "
            + Literals.string(id),
        row ->
            new Row(
                row.getBoolean(1),
                row.getLong(2),
                row.getString(3),
                row.getObject(4, LocalDateTime.class).toInstant(ZoneOffset.UTC)));
  }

  /** Inserts the gate, open, if it is absent. */
  void insertGate(Connection connection, long epoch) throws SQLException {
    insert(connection, place.id().gate(), epoch);
  }

  /** Inserts the controller's row if it is absent. */
  void insertController(Connection connection, long epoch) throws SQLException {
    insert(connection, place.id().controller(), epoch);
  }

  private void insert(Connection connection, String id, long epoch) throws SQLException {
    String sql =
        "INSERT INTO "
            + table
            + " (id, workflow, denied, controller_epoch, token, reason, changed_at)"
            + " VALUES (?, ?, 0, ?, ?, '', NOW(6))";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, id);
      insert.setString(2, place.workflow());
      insert.setLong(3, epoch);
      insert.setString(4, UUID.randomUUID().toString());
      insert.executeUpdate();
    } catch (SQLException e) {
      if (!new ErrorClassifier().isDuplicateKey(e)) {
        throw e;
      }
    }
  }

  /** Raises the epoch in the controller's row; true when it was lower. */
  boolean raise(Connection connection, long epoch) throws SQLException {
    return Queries.update(
            connection,
            "UPDATE "
                + table
                + " SET controller_epoch = "
                + epoch
                + ", token = "
                + Literals.string(UUID.randomUUID().toString())
                + ", changed_at = NOW(6) WHERE id = "
                + Literals.string(place.id().controller())
                + " AND controller_epoch < "
                + epoch)
        == 1;
  }

  /** The statement that denies or allows; matches no row when a higher epoch was there. */
  String change(boolean denied, long epoch, String reason, String token) {
    String kept = reason.length() > REASON_LENGTH ? reason.substring(0, REASON_LENGTH) : reason;
    return "UPDATE "
        + table
        + " SET denied = "
        + (denied ? 1 : 0)
        + ", controller_epoch = "
        + epoch
        + ", token = "
        + Literals.string(token)
        + ", reason = "
        + Literals.string(kept)
        + ", changed_at = NOW(6) WHERE id = "
        + Literals.string(place.id().gate())
        + " AND controller_epoch <= "
        + epoch;
  }

  /** The statement that deletes the gate. */
  String deleteGate() {
    return "DELETE FROM " + table + " WHERE id = " + Literals.string(place.id().gate());
  }

  void deleteController(Connection connection) throws SQLException {
    Queries.update(
        connection,
        "DELETE FROM " + table + " WHERE id = " + Literals.string(place.id().controller()));
  }

  /** The fence's table, quoted. */
  String table() {
    return table;
  }
}
