package dev.sluice.tests.e2e;

import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.workload.MovingSides;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application that knows no rules: it writes one row on the source and on the target in turn,
 * all the time. Each write that a side accepts must find what the last accepted one left (else one
 * was lost), and sides may change only as often as the traffic has (else both took writes, I12).
 */
final class Rogue implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rogue.class);
  private static final int SIGNAL = 1644;
  private static final int READ_ONLY = 1290;

  /** The workflow has ended, and the table with it. */
  private static final int NO_SUCH_TABLE = 1146;

  private static final long PAUSE_MILLIS = 2;

  private final ConnectionSource[] places;
  private final Connection[] open = new Connection[2];
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ReentrantLock gate = new ReentrantLock(true);
  private final Thread thread = new Thread(this::run, "rogue");
  private volatile AssertionError violation;
  private volatile int changes;
  private int last = -1;
  private long version;
  private int turns;
  private volatile int turnsOfSide;
  private boolean unclear;

  private final long id;

  private Rogue(MovingSides sides, long id) {
    this.id = id;
    this.places = new ConnectionSource[] {sides.source(), sides.targets().get(0)};
    thread.setDaemon(true);
  }

  /** Writes a row of its own on the source, and begins. */
  static Rogue start(MovingSides sides) throws SQLException {
    long id = 900_000_000L;
    while (sides.place(sides.targetKeyspace(), Long.toString(id)) != 1) {
      id++;
    }
    try (Connection connection = sides.source().openUtc();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO customer (customer_id, email, full_name, created_at) VALUES ("
              + id
              + ", 'rogue@example.org', 'Rogue', NOW())");
    }
    Rogue rogue = new Rogue(sides, id);
    rogue.thread.start();
    return rogue;
  }

  /** True when an application may write there now; nothing is left behind. */
  static boolean takesWrites(ConnectionSource place) throws SQLException {
    try (Connection connection = place.openUtc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("UPDATE customer SET version = version + 1 LIMIT 1");
      connection.rollback();
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == SIGNAL || e.getErrorCode() == READ_ONLY) {
        return false;
      }
      throw e;
    }
  }

  private void run() {
    try {
      for (int turn = 0; !stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); turn++) {
        gate.lockInterruptibly();
        try {
          write(turn % 2);
        } finally {
          gate.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      drop(0);
      drop(1);
    }
  }

  private void write(int place) {
    try {
      if (open[place] == null) {
        open[place] = places[place].openUtc();
        open[place].setNetworkTimeout(Runnable::run, 30_000);
        open[place].setAutoCommit(false);
      }
      long found = read(open[place]);
      if (found < 0) {
        open[place].rollback();
        return;
      }
      long next = 1_000_000_000L + ++turns;
      try (Statement statement = open[place].createStatement()) {
        statement.executeUpdate(
            "UPDATE customer SET version = " + next + " WHERE customer_id = " + id);
      }
      unclear = true;
      open[place].commit();
      accepted(place, found, next);
      unclear = false;
    } catch (SQLException e) {
      failed(place, e);
    }
  }

  private void failed(int place, SQLException error) {
    boolean denied =
        error.getErrorCode() == SIGNAL
            || error.getErrorCode() == READ_ONLY
            || error.getErrorCode() == NO_SUCH_TABLE;
    if (denied) {
      try {
        open[place].rollback();
        return;
      } catch (SQLException e) {
        LOG.atDebug().setCause(e).log("the rogue's connection broke");
      }
    } else {
      LOG.atInfo().addKeyValue("error", error.getMessage()).log("the rogue's write failed");
    }
    drop(place);
  }

  private long read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT version FROM customer WHERE customer_id = " + id + " FOR UPDATE")) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  private void accepted(int place, long found, long next) {
    if (last >= 0 && found != version && !unclear) {
      fail("side " + place + " took a write over " + found + ", but " + version + " was the last");
    }
    if (last >= 0 && last != place) {
      turnsOfSide++;
    }
    last = place;
    version = next;
  }

  private void fail(String what) {
    if (violation == null) {
      violation = new AssertionError(what);
    }
  }

  /** The traffic has changed sides once more. */
  void changed() {
    changes++;
  }

  /** Fails when both sides have taken writes, or one was lost. */
  void check() {
    if (violation != null) {
      throw violation;
    }
    // a change may be seen here before the test is told of it
    if (turnsOfSide > changes + 1) {
      throw new AssertionError(
          "writes were accepted on "
              + (turnsOfSide + 1)
              + " sides in turn, but the traffic changed "
              + changes
              + " times");
    }
  }

  /** Runs something while this writes nothing. */
  <T> T paused(Callable<T> work) throws Exception {
    gate.lock();
    try {
      return work.call();
    } finally {
      gate.unlock();
    }
  }

  private void drop(int place) {
    Connection old = open[place];
    open[place] = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException e) {
        // broken already
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped.countDown();
    thread.join(30_000);
  }
}
