package dev.sluice.mysql.fence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
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
    this.lock = new FenceLock(sidecar, place, sessions.programName());
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
          // looked at before anybody is ended: a zombie must not end its successor's session
          requireNotNewer(rows.controller(connection), controllerEpoch);
          lock.takeFromPredecessor(connection);
          try {
            rows.insertController(connection, controllerEpoch);
            rows.raise(connection, controllerEpoch);
            requireNotNewer(rows.controller(connection), controllerEpoch);
            return null;
          } finally {
            lock.release(connection);
          }
        });
  }

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
            + found.map(row -> "controller epoch " + row.controllerEpoch()).orElse("no controller")
            + ", not to epoch "
            + epoch,
        "nothing: another controller has taken the work over");
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
