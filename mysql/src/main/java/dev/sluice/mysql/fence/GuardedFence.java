package dev.sluice.mysql.fence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** What both kinds of fences have in common: rows, epochs, one controller at a time. */
abstract class GuardedFence implements Fence {

  /** Work of the controller that holds the fence's lock. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private final FencePlace place;
  private final FenceSessions sessions;
  private final FenceRows rows;
  private final FenceLock lock;
  private final ErrorClassifier classifier = new ErrorClassifier();

  GuardedFence(FencePlace place, FenceSessions sessions, String sidecar) {
    this.place = place;
    this.sessions = sessions;
    this.rows = new FenceRows(sidecar, place);
    this.lock = new FenceLock(sidecar, place);
  }

  @Override
  public final FencePlace place() {
    return place;
  }

  @Override
  public final void raiseEpoch(long controllerEpoch) {
    sessions.open();
    Connection connection = sessions.changer();
    sql(
        "raise the controller's epoch of " + this,
        () -> {
          if (!rows.exist(connection) || ended(connection)) {
            return null;
          }
          // looked at before anybody is ended: a zombie must not end its successor's session
          requireNotNewer(rows.controller(connection), controllerEpoch);
          lock.takeFromPredecessor(connection);
          try {
            rows.insertController(connection, controllerEpoch);
            rows.raise(connection, controllerEpoch);
            if (!ended(connection)) {
              requireNotNewer(rows.controller(connection), controllerEpoch);
            }
            return null;
          } finally {
            lock.release(connection);
          }
        });
  }

  private boolean ended(Connection connection) throws SQLException {
    return rows.controller(connection)
        .filter(row -> row.controllerEpoch() == FenceRows.ENDED)
        .isPresent();
  }

  @Override
  public final void exclusively(long controllerEpoch, String action, Fence.Work work) {
    asController(
        controllerEpoch,
        action + ", guarded by",
        connection -> {
          work.on(connection);
          return null;
        });
  }

  @Override
  public final void remove(long controllerEpoch, Duration limit) {
    // a fence that nobody ever put up is ended, too: whoever wanted to, must not any more
    raiseEpoch(controllerEpoch);
    Connection connection = sessions.changer();
    boolean nothing = sql("read " + this, () -> !rows.exist(connection) || ended(connection));
    if (nothing) {
      return;
    }
    asController(
        controllerEpoch,
        "remove",
        changer -> {
          takeAway(changer, controllerEpoch, limit);
          Queries.update(changer, rows.deleteGate());
          rows.end(changer);
          return null;
        });
  }

  /** Everything but the rows. */
  abstract void takeAway(Connection connection, long controllerEpoch, Duration limit)
      throws SQLException;

  /** Runs work as the one controller whose epoch this is. */
  final <T> T asController(long controllerEpoch, String action, Work<T> work) {
    sessions.open();
    Connection connection = sessions.changer();
    return sql(
        action + " " + this,
        () -> {
          lock.take(connection);
          try {
            Optional<FenceRows.Row> controller = rows.controller(connection);
            if (controller.isEmpty() || controller.get().controllerEpoch() != controllerEpoch) {
              throw fenced(controller, controllerEpoch);
            }
            return work.on(connection);
          } finally {
            lock.release(connection);
          }
        });
  }

  private void requireNotNewer(Optional<FenceRows.Row> controller, long epoch) {
    if (controller.isPresent() && controller.get().controllerEpoch() > epoch) {
      throw fenced(controller, epoch);
    }
  }

  final SluiceException fenced(Optional<FenceRows.Row> found, long epoch) {
    return new SluiceException(
        ErrorCode.FENCED,
        this
            + " belongs to "
            + found.map(GuardedFence::owner).orElse("no controller")
            + ", not to epoch "
            + epoch,
        "nothing: another controller has taken the work over");
  }

  private static String owner(FenceRows.Row row) {
    return row.controllerEpoch() == FenceRows.ENDED
        ? "a workflow that has ended"
        : "controller epoch " + row.controllerEpoch();
  }

  /** Runs SQL; its errors come out classified. */
  final <T> T sql(String action, SqlWork<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw classifier.classify(e, action);
    }
  }

  /** SQL without a connection of its own. */
  interface SqlWork<T> {
    T run() throws SQLException;
  }

  final FenceSessions sessions() {
    return sessions;
  }

  final FenceRows rows() {
    return rows;
  }

  @Override
  public final void close() {
    sessions.close();
  }

  @Override
  public final String toString() {
    return "the fence " + place.id() + " on " + place.primary();
  }
}
