package dev.sluice.mysql.sidecar;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.NamedSessions;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.ApplierId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to become a checkpoint's owner. */
final class Takeover {

  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  private static final int NO_SUCH_THREAD = 1094;

  private final Checkpoints checkpoints;
  private final String table;
  private final ApplierId applier;
  private final String stream;
  private final ErrorClassifier classifier = new ErrorClassifier();

  Takeover(Checkpoints checkpoints, String table, ApplierId applier, String stream) {
    this.checkpoints = checkpoints;
    this.table = table;
    this.applier = applier;
    this.stream = stream;
  }

  Checkpoint run(Connection connection, Duration timeout) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(true);
    String lockWait =
        Queries.text(connection, "SELECT @@SESSION.innodb_lock_wait_timeout").orElseThrow();
    // Short waits, so that each round looks again at who holds the row.
    Queries.update(connection, "SET SESSION innodb_lock_wait_timeout = 1");
    try {
      return untilOwned(connection, System.nanoTime() + timeout.toNanos());
    } finally {
      if (!connection.isClosed()) {
        Queries.update(connection, "SET SESSION innodb_lock_wait_timeout = " + lockWait);
        connection.setAutoCommit(autoCommit);
      }
    }
  }

  private Checkpoint untilOwned(Connection connection, long deadlineNanos) throws SQLException {
    SQLException last = null;
    do {
      try {
        Optional<Checkpoint> present = checkpoints.read(connection, applier, stream);
        if (present.isEmpty()) {
          insert(connection);
          continue;
        }
        endOldOwner(connection, present.get().connectionId());
        if (raiseEpoch(connection, present.get().ownerEpoch())) {
          return checkpoints.read(connection, applier, stream).orElseThrow();
        }
      } catch (SQLException e) {
        if (!classifier.isContention(e)) {
          throw e;
        }
        last = e;
      }
    } while (System.nanoTime() - deadlineNanos < 0);
    throw new SluiceException(
        ErrorCode.MYSQL_CONTENTION,
        "applier "
            + applier
            + " cannot take over the checkpoint of stream "
            + stream
            + ": the row stays locked",
        "nothing: it is tried again; if it goes on, end the session that holds the row",
        last);
  }

  /** Epoch 0 belongs to nobody: the round after this one raises it to 1. */
  private void insert(Connection connection) throws SQLException {
    String sql =
        "INSERT INTO "
            + table
            + " (workflow_uuid, direction, stream, shard, workflow, capture_epoch, cut, journal_offset, txn,"
            + " owner_epoch, connection_id, updated_at) VALUES (?, ?, ?, ?, ?, 0, 0, -1, 0, 0, 0, NOW(6))";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      Checkpoints.setKey(insert, 1, applier, stream);
      insert.setString(5, applier.workflow());
      insert.executeUpdate();
    } catch (SQLException e) {
      if (!classifier.isDuplicateKey(e)) {
        throw e;
      }
    }
  }

  private boolean raiseEpoch(Connection connection, long ownerEpoch) throws SQLException {
    String sql =
        "UPDATE "
            + table
            + " SET txn = txn + 1, owner_epoch = owner_epoch + 1, connection_id = CONNECTION_ID(),"
            + " updated_at = NOW(6) WHERE workflow_uuid = ? AND direction = ? AND stream = ? AND shard = ?"
            + " AND owner_epoch = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      Checkpoints.setKey(update, 1, applier, stream);
      update.setLong(5, ownerEpoch);
      return update.executeUpdate() == 1;
    }
  }

  private void endOldOwner(Connection connection, long oldConnection) throws SQLException {
    if (oldConnection == 0 || oldConnection == MySqlSessions.connectionId(connection)) {
      return;
    }
    if (!NamedSessions.has(connection, oldConnection, Checkpoints.programName(applier))) {
      return;
    }
    String old = Long.toUnsignedString(oldConnection);
    log.atInfo()
        .addKeyValue("applier", applier)
        .addKeyValue("connection", old)
        .log("ending the old owner's session");
    try {
      Queries.update(connection, "KILL " + old);
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_THREAD) {
        throw e;
      }
    }
  }
}
