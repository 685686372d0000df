package dev.sluice.mysql.fence;

import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * {@link FenceKind#READ_ONLY}. The gate's row claims {@code read_only} first; only then it is
 * switched, and written down by the server so that a restart keeps it; then the row, written once
 * more, is the marker: whatever was committed before read_only lies before it. A {@code read_only}
 * that the row does not claim is somebody else's and is never touched.
 */
final class ReadOnlyFence extends GuardedFence {

  ReadOnlyFence(FencePlace place, FenceSessions sessions, String sidecar) {
    super(place, sessions, sidecar);
  }

  @Override
  public void arm(long controllerEpoch, Duration limit) {
    asController(
        controllerEpoch,
        "arm",
        connection -> {
          // nothing is opened while writes wait
          sessions().watcher();
          rows().insertGate(connection, controllerEpoch);
          requireOurs(connection);
          return null;
        });
  }

  @Override
  public String deny(long controllerEpoch, String reason, Duration limit) {
    return asController(
        controllerEpoch,
        "deny writes at",
        connection -> {
          sessions().watcher();
          requireOurs(connection);
          if (!readOnly(connection)) {
            // transactions still commit behind this row, so it denies nothing yet
            change(connection, FenceRows.CLAIMED, controllerEpoch, reason);
            switchOn(connection, controllerEpoch, limit);
          }
          return change(connection, FenceRows.DENIED, controllerEpoch, reason);
        });
  }

  private void switchOn(Connection connection, long controllerEpoch, Duration limit)
      throws SQLException {
    boolean done = false;
    try {
      done = readOnlyWithin(connection, limit);
    } finally {
      if (!done) {
        switchOff(connection);
        change(connection, FenceRows.OPEN, controllerEpoch, "not denied");
      }
    }
    if (!done) {
      throw busy(limit);
    }
  }

  /** Waits for statements and commits that are under way; new ones wait meanwhile. */
  private boolean readOnlyWithin(Connection connection, Duration limit) throws SQLException {
    // the server's own limit for this wait; ours is shorter
    Queries.update(
        connection, "SET SESSION lock_wait_timeout = " + Math.max(1, limit.toSeconds() + 2));
    boolean done =
        BoundedStatement.run(sessions(), "SET PERSIST read_only = ON", limit, () -> false) >= 0;
    Queries.update(connection, "SET SESSION lock_wait_timeout = 1");
    return done;
  }

  private SluiceException busy(Duration limit) {
    return new SluiceException(
        ErrorCode.MYSQL_CONTENTION,
        this + ": running statements did not end within " + limit.toMillis() + " ms",
        "end long statements on the server, or try again with a longer time");
  }

  private static void switchOff(Connection connection) throws SQLException {
    Queries.update(connection, "SET GLOBAL read_only = OFF");
    Queries.update(connection, "RESET PERSIST IF EXISTS read_only");
  }

  private String change(Connection connection, int state, long epoch, String reason)
      throws SQLException {
    String token = UUID.randomUUID().toString();
    if (Queries.update(connection, rows().change(state, epoch, reason, token)) != 1) {
      throw fenced(rows().gate(connection), epoch);
    }
    return token;
  }

  @Override
  public void allow(long controllerEpoch, String reason, Duration grace) {
    asController(
        controllerEpoch,
        "allow writes at",
        connection -> {
          if (claimed(connection)) {
            switchOff(connection);
            change(connection, FenceRows.OPEN, controllerEpoch, reason);
          }
          return null;
        });
  }

  @Override
  public FenceState state() {
    sessions().open();
    Connection connection = sessions().changer();
    return sql(
        "read " + this,
        () -> {
          Optional<FenceRows.Row> gate = rows().gate(connection);
          return new FenceState(
              gate.isPresent(),
              gate.filter(FenceRows.Row::denied).isPresent() && readOnly(connection),
              rows().controller(connection).map(FenceRows.Row::controllerEpoch).orElse(0L),
              gate.map(FenceRows.Row::token),
              gate.map(FenceRows.Row::changedAt));
        });
  }

  @Override
  public boolean denies() {
    return state().denied();
  }

  @Override
  public boolean slipped() {
    sessions().open();
    Connection connection = sessions().changer();
    return sql("read " + this, () -> deniedByRow(connection) && !readOnly(connection));
  }

  private boolean deniedByRow(Connection connection) throws SQLException {
    return rows().gate(connection).filter(FenceRows.Row::denied).isPresent();
  }

  @Override
  public void mend(long controllerEpoch, Duration limit) {
    asController(
        controllerEpoch,
        "put up again",
        connection -> {
          sessions().watcher();
          // whatever becomes of it, the row goes on claiming read_only
          if (deniedByRow(connection)
              && !readOnly(connection)
              && !readOnlyWithin(connection, limit)) {
            throw busy(limit);
          }
          return null;
        });
  }

  @Override
  void takeAway(Connection connection, long controllerEpoch, Duration limit) throws SQLException {
    if (claimed(connection)) {
      switchOff(connection);
      change(connection, FenceRows.OPEN, controllerEpoch, "removed");
    }
  }

  private boolean claimed(Connection connection) throws SQLException {
    return rows().gate(connection).filter(row -> row.state() != FenceRows.OPEN).isPresent();
  }

  private void requireOurs(Connection connection) throws SQLException {
    if (readOnly(connection) && !claimed(connection)) {
      throw new SluiceException(
          ErrorCode.MYSQL_READ_ONLY,
          place().primary() + " is read_only, and not by this fence",
          "look who has set it; SET GLOBAL read_only = OFF when it is to take writes");
    }
  }

  private static boolean readOnly(Connection connection) throws SQLException {
    return Queries.text(connection, "SELECT @@GLOBAL.read_only").filter("1"::equals).isPresent();
  }
}
