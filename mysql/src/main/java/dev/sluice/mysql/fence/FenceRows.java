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
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The two rows of a fence. A change is one statement in autocommit, so that a client which freezes
 * in the middle holds no lock on the row that writers read. Stateless.
 */
final class FenceRows {

  private static final int REASON_LENGTH = 1_024;

  /** Writes pass. */
  static final int OPEN = 0;

  /** Writes are denied: the token of this row is the marker. */
  static final int DENIED = 1;

  /** They are about to be, by something that is not done in the same moment. */
  static final int CLAIMED = 2;

  /**
   * Controller epoch of a fence that was removed: none is higher, so no controller of before can
   * put it up again.
   */
  static final long ENDED = Long.MAX_VALUE;

  /** What is left of removed fences is deleted after this time by whoever comes by. */
  private static final int ENDED_KEPT_DAYS = 7;

  /** A row as committed. */
  record Row(int state, long controllerEpoch, String token, Instant changedAt) {

    boolean denied() {
      return state == DENIED;
    }
  }

  private final String sidecar;
  private final String table;
  private final FencePlace place;

  FenceRows(String sidecar, FencePlace place) {
    this.sidecar = sidecar;
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
                row.getInt(1),
                row.getLong(2),
                row.getString(3),
                row.getObject(4, LocalDateTime.class).toInstant(ZoneOffset.UTC)));
  }

  /** Inserts the gate, open, if it is absent. */
  void insertGate(Connection connection, long epoch) throws SQLException {
    insert(connection, place.id().gate(), place.workflow(), epoch);
  }

  /** Inserts the controller's row if it is absent. */
  void insertController(Connection connection, long epoch) throws SQLException {
    insert(connection, place.id().controller(), place.workflow() + FenceId.CONTROLLER, epoch);
  }

  /**
   * @param workflow whoever counts a workflow's rows counts gates alone
   */
  private void insert(Connection connection, String id, String workflow, long epoch)
      throws SQLException {
    String sql =
        "INSERT INTO "
            + table
            + " (id, workflow, denied, controller_epoch, token, reason, changed_at)"
            + " VALUES (?, ?, 0, ?, ?, '', NOW(6))";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, id);
      insert.setString(2, workflow);
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

  /** The statement that denies, claims or allows; matches no row when a higher epoch was there. */
  String change(int state, long epoch, String reason, String token) {
    String kept = reason.length() > REASON_LENGTH ? reason.substring(0, REASON_LENGTH) : reason;
    return "UPDATE "
        + table
        + " SET denied = "
        + state
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

  /** Lets no controller put the fence up again. */
  void end(Connection connection) throws SQLException {
    insertController(connection, ENDED);
    raise(connection, ENDED);
    List<String> old =
        Queries.list(
            connection,
            "SELECT id FROM "
                + table
                + " WHERE controller_epoch = "
                + ENDED
                + " AND changed_at < NOW(6) - INTERVAL "
                + ENDED_KEPT_DAYS
                + " DAY",
            row -> row.getString(1));
    if (!old.isEmpty()) {
      // by key: rows that writers have locked are not even looked at
      Queries.update(
          connection, "DELETE FROM " + table + " WHERE id IN (" + Literals.list(old) + ")");
    }
  }

  /** False when the sidecar has not been made: then there is no fence either. */
  boolean exist(Connection connection) throws SQLException {
    return Queries.text(
            connection,
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                + Literals.string(sidecar)
                + " AND TABLE_NAME = 'fence'")
        .isPresent();
  }

  /** The fence's table, quoted. */
  String table() {
    return table;
  }
}
