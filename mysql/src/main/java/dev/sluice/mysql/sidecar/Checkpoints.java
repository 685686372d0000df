package dev.sluice.mysql.sidecar;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.Direction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoint rows of one sidecar (I7, I9). Stateless, safe to share between threads;
 * connections are the caller's.
 */
public final class Checkpoints {

  private static final String KEY =
      " WHERE workflow_uuid = ? AND direction = ? AND stream = ? AND shard = ?";
  private static final int KEY_LENGTH = 4;

  private final String table;

  /**
   * @param sidecar name of the sidecar schema
   */
  public Checkpoints(String sidecar) {
    this.table = SidecarTable.CHECKPOINT.in(sidecar);
  }

  /**
   * The program_name that an applier opens its sessions under. A successor ends the predecessor's
   * session only if it carries this name: connection ids begin again when a server restarts.
   */
  public static String programName(ApplierId applier) {
    return "sluice-applier "
        + applier.workflowUuid()
        + "/"
        + applier.direction().word()
        + "/"
        + applier.shard();
  }

  /**
   * Makes this connection the owner of the checkpoint; inserts the row when it is absent. The old
   * owner's session is killed if it is still there, so its transaction is undone; with the old
   * epoch it can commit nothing afterwards.
   *
   * @param connection an APPLIER session opened as {@link #programName(ApplierId)}, without an open
   *     transaction
   * @param stream name of the shard read
   * @param timeout how long the row may stay locked by others; 1 s or more
   * @throws SluiceException MYSQL_CONTENTION when the row stays locked until the time is over
   */
  public Checkpoint takeOver(
      Connection connection, ApplierId applier, String stream, Duration timeout)
      throws SQLException {
    return new Takeover(this, table, applier, stream).run(connection, timeout);
  }

  /**
   * The statement that begins every applier transaction: moves the checkpoint on, and thereby
   * proves the ownership.
   *
   * @throws SluiceException FENCED when another owner has taken over; roll back and end
   */
  public void advance(
      Connection connection,
      ApplierId applier,
      String stream,
      long ownerEpoch,
      Checkpoint.Progress progress)
      throws SQLException {
    String sql =
        "UPDATE "
            + table
            + " SET txn = txn + 1, cut = ?, journal_offset = ?, capture_epoch = ?, source_time = ?,"
            + " updated_at = NOW(6)"
            + KEY
            + " AND owner_epoch = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, progress.cut());
      update.setLong(2, progress.journalOffset());
      update.setLong(3, progress.captureEpoch());
      setTime(update, 4, progress.sourceTime());
      setKey(update, 5, applier, stream);
      update.setLong(5 + KEY_LENGTH, ownerEpoch);
      requireOwner(update.executeUpdate(), applier, stream, ownerEpoch);
    }
  }

  /**
   * Announces DDL of Sluice's own, so that the capture of the opposite direction lets exactly this
   * statement pass.
   *
   * @param token fresh for each statement, at most 36 ASCII characters
   * @throws SluiceException FENCED as {@link #advance}
   */
  public void announceDdl(
      Connection connection,
      ApplierId applier,
      String stream,
      long ownerEpoch,
      String token,
      String statement)
      throws SQLException {
    setDdl(connection, applier, stream, ownerEpoch, token, statement);
  }

  /**
   * Clears the announcement.
   *
   * @throws SluiceException FENCED as {@link #advance}
   */
  public void clearDdl(Connection connection, ApplierId applier, String stream, long ownerEpoch)
      throws SQLException {
    setDdl(connection, applier, stream, ownerEpoch, null, null);
  }

  /** One checkpoint, as committed (or as the connection's snapshot sees it). */
  public Optional<Checkpoint> read(Connection connection, ApplierId applier, String stream)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT * FROM " + table + KEY)) {
      setKey(select, 1, applier, stream);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(checkpoint(row)) : Optional.empty();
      }
    }
  }

  /**
   * Looks whether this owner still is the owner, over any connection.
   *
   * @throws SluiceException FENCED when another owner has taken over
   */
  public void requireOwner(Connection connection, ApplierId applier, String stream, long ownerEpoch)
      throws SQLException {
    boolean owns =
        read(connection, applier, stream).filter(row -> row.ownerEpoch() == ownerEpoch).isPresent();
    requireOwner(owns ? 1 : 0, applier, stream, ownerEpoch);
  }

  /** Every checkpoint of a workflow on this server. */
  public List<Checkpoint> list(Connection connection, String workflowUuid) throws SQLException {
    return Queries.list(
        connection,
        "SELECT * FROM "
            + table
            + " WHERE workflow_uuid = "
            + Literals.string(workflowUuid)
            + " ORDER BY direction, stream, shard",
        Checkpoints::checkpoint);
  }

  /** Deletes every checkpoint of a workflow on this server; answers how many there were. */
  public int delete(Connection connection, String workflowUuid) throws SQLException {
    return Queries.update(
        connection,
        "DELETE FROM " + table + " WHERE workflow_uuid = " + Literals.string(workflowUuid));
  }

  private void setDdl(
      Connection connection,
      ApplierId applier,
      String stream,
      long ownerEpoch,
      String token,
      String statement)
      throws SQLException {
    String sql =
        "UPDATE "
            + table
            + " SET txn = txn + 1, ddl_token = ?, ddl_statement = ?, updated_at = NOW(6)"
            + KEY
            + " AND owner_epoch = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, token);
      update.setString(2, statement);
      setKey(update, 3, applier, stream);
      update.setLong(3 + KEY_LENGTH, ownerEpoch);
      requireOwner(update.executeUpdate(), applier, stream, ownerEpoch);
    }
  }

  private static void requireOwner(int matched, ApplierId applier, String stream, long ownerEpoch) {
    if (matched != 1) {
      throw new SluiceException(
          ErrorCode.FENCED,
          "applier "
              + applier
              + " no longer owns the checkpoint of stream "
              + stream
              + " (owner epoch "
              + ownerEpoch
              + ")",
          "nothing: another process has taken the work over");
    }
  }

  static void setKey(PreparedStatement statement, int first, ApplierId applier, String stream)
      throws SQLException {
    statement.setString(first, applier.workflowUuid());
    statement.setString(first + 1, applier.direction().word());
    statement.setString(first + 2, stream);
    statement.setString(first + 3, applier.shard());
  }

  private static void setTime(PreparedStatement statement, int place, Optional<Instant> time)
      throws SQLException {
    if (time.isPresent()) {
      statement.setObject(place, LocalDateTime.ofInstant(time.get(), ZoneOffset.UTC));
    } else {
      statement.setNull(place, Types.TIMESTAMP);
    }
  }

  private static Checkpoint checkpoint(ResultSet row) throws SQLException {
    return new Checkpoint(
        row.getString("workflow_uuid"),
        Direction.of(row.getString("direction")),
        row.getString("stream"),
        row.getString("shard"),
        row.getString("workflow"),
        row.getLong("capture_epoch"),
        row.getLong("cut"),
        row.getLong("journal_offset"),
        row.getLong("txn"),
        row.getLong("owner_epoch"),
        row.getLong("connection_id"),
        Optional.ofNullable(row.getString("ddl_token")),
        Optional.ofNullable(row.getString("ddl_statement")),
        SidecarTimes.read(row, "source_time"),
        SidecarTimes.read(row, "updated_at").orElseThrow());
  }
}
