package dev.sluice.mysql.fence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.error.Retries;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link FenceKind#TRIGGERS}. */
final class TriggerFence extends GuardedFence {

  private static final Logger log = LoggerFactory.getLogger(TriggerFence.class);

  /** How long sessions in the way are ended one after another before the fence gives up. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private static final Duration REMOVE_GRACE = Duration.ofMillis(200);

  private static final long AFTER_DEADLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final String sidecar;
  private final FenceTriggers triggers;
  private final ErrorClassifier classifier = new ErrorClassifier();
  private List<String> inTheWay = List.of();

  TriggerFence(FencePlace place, FenceSessions sessions, String sidecar) {
    super(place, sessions, sidecar);
    this.sidecar = sidecar;
    this.triggers = new FenceTriggers(place, rows().table());
  }

  @Override
  public void arm(long controllerEpoch, Duration limit) {
    asController(
        controllerEpoch,
        "arm",
        connection -> {
          // nothing is opened while writes wait
          sessions().watcher();
          // the row first: a trigger that finds none denies
          rows().insertGate(connection, controllerEpoch);
          putUp(connection, limit);
          return null;
        });
  }

  private void putUp(Connection connection, Duration limit) throws SQLException {
    Retries retries = Retries.within(limit);
    List<FenceTriggers.Wanted> missing = new ArrayList<>(triggers.missing(connection));
    // what can be put up without anybody's help is put up first
    missing.sort(Comparator.comparing(FenceTriggers.Wanted::replaces));
    for (FenceTriggers.Wanted trigger : missing) {
      if (trigger.replaces()) {
        refuseWhileDenied(rows().gate(connection), trigger);
      }
      retries.call(
          "create the fence's trigger on " + trigger.table(), () -> create(connection, trigger));
    }
  }

  private int create(Connection connection, FenceTriggers.Wanted trigger) throws SQLException {
    if (trigger.replaces()) {
      Queries.update(connection, triggers.drop(trigger.name()));
    }
    return Queries.update(connection, trigger.create());
  }

  private void refuseWhileDenied(Optional<FenceRows.Row> gate, FenceTriggers.Wanted trigger) {
    if (gate.filter(FenceRows.Row::denied).isPresent()) {
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          this + " denies writes, but its trigger " + trigger.name() + " is not as it was made",
          "make sure that nobody writes to "
              + trigger.table()
              + ", drop the trigger, and try again");
    }
  }

  @Override
  public String deny(long controllerEpoch, String reason, Duration limit) {
    return asController(
        controllerEpoch,
        "deny writes at",
        connection -> {
          sessions().watcher();
          String token = UUID.randomUUID().toString();
          String sql = rows().change(FenceRows.DENIED, controllerEpoch, reason, token);
          long end = System.nanoTime() + limit.toNanos();
          int matched = deny(sql, limit, end);
          if (matched < 0) {
            throw inTheWay(limit);
          }
          if (matched != 1) {
            throw fenced(rows().gate(connection), controllerEpoch);
          }
          return token;
        });
  }

  /** A writer that has locked a row and waits for the gate can make our statement its victim. */
  private int deny(String sql, Duration limit, long end) throws SQLException {
    while (true) {
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      try {
        return BoundedStatement.run(sessions(), sql, left, this::noteHolders);
      } catch (SQLException e) {
        if (!classifier.isContention(e) || System.nanoTime() - end >= 0) {
          throw e;
        }
        LockSupport.parkNanos(AFTER_DEADLOCK_NANOS);
      }
    }
  }

  private boolean noteHolders() throws SQLException {
    Connection watcher = sessions().watcher();
    inTheWay = Sessions.describe(watcher, holders(watcher));
    return false;
  }

  private SluiceException inTheWay(Duration limit) {
    return new SluiceException(
        ErrorCode.MYSQL_CONTENTION,
        this
            + ": running transactions did not end within "
            + limit.toMillis()
            + " ms: sessions "
            + inTheWay,
        "end these sessions' transactions, or try again with a longer time");
  }

  private List<String> holders(Connection connection) throws SQLException {
    return GateHolders.blocking(connection, sidecar, place().id(), sessions().changerId());
  }

  @Override
  public void allow(long controllerEpoch, String reason, Duration grace) {
    asController(
        controllerEpoch,
        "allow writes at",
        connection -> {
          Optional<FenceRows.Row> gate = rows().gate(connection);
          if (gate.isPresent() && !gate.get().denied()) {
            return null;
          }
          String token = UUID.randomUUID().toString();
          String sql = rows().change(FenceRows.OPEN, controllerEpoch, reason, token);
          int matched = gate.isEmpty() ? 0 : endingHolders(sql, grace);
          if (matched < 0) {
            throw stillHeld();
          }
          if (matched != 1) {
            throw fenced(gate, controllerEpoch);
          }
          return null;
        });
  }

  /** The statement is over: its own session can look, and may be the only one to be had. */
  private SluiceException stillHeld() throws SQLException {
    Connection changer = sessions().changer();
    return new SluiceException(
        ErrorCode.MYSQL_CONTENTION,
        this
            + " stays denied: sessions that were denied hold on to it: "
            + Sessions.describe(changer, holders(changer)),
        "nothing: it is tried again; if it goes on, end these sessions (one of an account with"
            + " SYSTEM_USER can be ended by such an account only)");
  }

  /**
   * Runs a change of a denied gate; who holds it then, was denied.
   *
   * @return rows matched; -1 when sessions held on to it for all the time there is
   */
  private int endingHolders(String sql, Duration grace) throws SQLException {
    long end = System.nanoTime() + grace.toNanos() + KILL_LIMIT.toNanos();
    while (true) {
      try {
        return BoundedStatement.run(
            sessions(), sql, grace, () -> !endHoldersOfWaiting() || System.nanoTime() - end < 0);
      } catch (SQLException e) {
        if (!classifier.isContention(e)) {
          throw e;
        }
        // the server has ended the waiting, after whole seconds: now this session can look
        if (System.nanoTime() - end >= 0) {
          return -1;
        }
        endHolders(sessions().changer());
      }
    }
  }

  /**
   * While the statement waits.
   *
   * @return false where another connection is not to be had, since writers use up all of them: the
   *     statement waits on until the server ends it
   */
  private boolean endHoldersOfWaiting() throws SQLException {
    Connection watcher;
    try {
      watcher = sessions().watcher();
    } catch (SQLException | SluiceException e) {
      log.atInfo()
          .addKeyValue("fence", place().id())
          .addKeyValue("reason", e.getMessage())
          .log("no second connection to be had; one has to do");
      return false;
    }
    endHolders(watcher);
    return true;
  }

  private void endHolders(Connection connection) throws SQLException {
    List<String> holders = holders(connection);
    log.atInfo()
        .addKeyValue("fence", place().id())
        .addKeyValue("sessions", Sessions.describe(connection, holders))
        .log("ending sessions that were denied and stay in their transaction");
    for (String holder : holders) {
      if (!Sessions.kill(connection, holder)) {
        // one with SYSTEM_USER, say: its transaction has to end by itself
        log.atWarn()
            .addKeyValue("fence", place().id())
            .addKeyValue("connection", holder)
            .log("this account may not end the session; waiting for its transaction's end");
      }
    }
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
              gate.isPresent() && triggers.missing(connection).isEmpty(),
              gate.map(FenceRows.Row::denied).orElse(false),
              rows().controller(connection).map(FenceRows.Row::controllerEpoch).orElse(0L),
              gate.map(FenceRows.Row::token),
              gate.map(FenceRows.Row::changedAt));
        });
  }

  @Override
  public boolean denies() {
    sessions().open();
    Connection connection = sessions().changer();
    return sql("read " + this, () -> deniedByRow(connection));
  }

  @Override
  public boolean slipped() {
    sessions().open();
    Connection connection = sessions().changer();
    return sql(
        "read " + this, () -> deniedByRow(connection) && !triggers.missing(connection).isEmpty());
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
          if (deniedByRow(connection)) {
            putUp(connection, limit);
          }
          return null;
        });
  }

  @Override
  void takeAway(Connection connection, long controllerEpoch, Duration limit) throws SQLException {
    if (deniedByRow(connection)) {
      // a denied session in its transaction keeps the table's definition in use
      String token = UUID.randomUUID().toString();
      endingHolders(rows().change(FenceRows.OPEN, controllerEpoch, "removed", token), REMOVE_GRACE);
    }
    Retries retries = Retries.within(limit);
    for (String name : triggers.names(connection)) {
      retries.call(
          "drop the fence's trigger " + name,
          () -> Queries.update(connection, triggers.drop(name)));
    }
  }
}
