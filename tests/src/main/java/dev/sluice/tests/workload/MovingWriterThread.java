package dev.sluice.tests.workload;

import dev.sluice.tests.sample.SampleRows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to each place, one transaction after another; the only user of its part. */
final class MovingWriterThread implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(MovingWriterThread.class);
  private static final int SIGNAL = 1644;
  private static final int READ_ONLY = 1290;
  private static final int DUPLICATE = 1062;
  private static final long BACKOFF_MILLIS = 20;
  private static final int FEWEST_ROWS = 10;

  /** One transaction among so many stays open for a while. */
  private static final int LINGERING = 40;

  private static final int LONGEST_MILLIS = 120;

  private final MovingSides sides;
  private final Route route;
  private final LedgerTable customers;
  private final LedgerTable orders;
  private final LedgerPart part;
  private final MovingWriter.Tally tally;
  private final SplittableRandom random;
  private final CountDownLatch stopped;
  private final Lock gate;
  private final double perSecond;
  private final MovingConnections connections;
  private int unclearPlace;

  MovingWriterThread(
      MovingSides sides,
      Route route,
      List<LedgerTable> tables,
      LedgerPart part,
      MovingWriter.Tally tally,
      SplittableRandom random,
      CountDownLatch stopped,
      Lock gate,
      double perSecond) {
    this.gate = gate;
    this.sides = sides;
    this.route = route;
    this.customers = tables.get(0);
    this.orders = tables.get(1);
    this.part = part;
    this.tally = tally;
    this.random = random;
    this.stopped = stopped;
    this.perSecond = perSecond;
    this.connections = new MovingConnections(sides);
  }

  @Override
  public void run() {
    try {
      long next = System.nanoTime();
      while (!stopped.await(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        boolean worked = writeOneUnlessPaused();
        next = Math.max(next, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
        next += worked ? (long) (1e9 / perSecond) : TimeUnit.MILLISECONDS.toNanos(BACKOFF_MILLIS);
      }
      if (!part.unclear().isEmpty()) {
        resolveUnclear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      tally.violation = e;
      stopped.countDown();
    } finally {
      connections.close();
    }
  }

  private boolean writeOneUnlessPaused() throws InterruptedException {
    gate.lockInterruptibly();
    try {
      return writeOne();
    } finally {
      gate.unlock();
    }
  }

  /** False when the transaction was not acknowledged and the next one is to wait a little. */
  private boolean writeOne() throws InterruptedException {
    if (!part.unclear().isEmpty() && !resolveUnclear()) {
      return false;
    }
    String keyspace = route.keyspace(sides.sourceKeyspace());
    if (keyspace == null) {
      route.awaitChange(BACKOFF_MILLIS);
      return false;
    }
    String[] order = anyRow(orders);
    if (order != null && random.nextInt(10) == 0) {
      order = null;
    }
    String customer = order == null ? fresh() : order[1];
    int place = sides.place(keyspace, customer);
    Connection connection = null;
    try {
      connection = connections.at(place);
      WriterTransaction transaction = new WriterTransaction(connection, part);
      fill(transaction, keyspace, customer, order);
      if (random.nextInt(LINGERING) == 0) {
        TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(LONGEST_MILLIS));
      }
      return commit(connection, place, transaction);
    } catch (SQLException e) {
      failed(place, connection, e);
      return false;
    } catch (LedgerViolation e) {
      throw new LedgerViolation(
          e.getMessage() + "; at place " + place + " of " + keyspace + "; " + whereabouts(order));
    }
  }

  /** Where a row is now, for whoever has to find out why it was not where it should be. */
  private String whereabouts(String[] order) {
    if (order == null) {
      return "no order";
    }
    StringBuilder text = new StringBuilder("order " + order[0] + " of " + order[1] + ":");
    for (int place = 0; place < sides.places(); place++) {
      try (Connection fresh = sides.connections(place).openUtc();
          Statement statement = fresh.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT customer_id, version, NOW(6), (SELECT GROUP_CONCAT(id, ' ', denied, ' ',"
                      + " changed_at) FROM _sluice.fence), (SELECT GROUP_CONCAT(table_name, ' ',"
                      + " row_key, ' ', stream) FROM _sluice.parked), (SELECT"
                      + " GROUP_CONCAT(direction, ' ', stream, ' ', cut, ' ', updated_at) FROM"
                      + " _sluice.checkpoint) FROM (SELECT 1) one LEFT JOIN corder ON order_id = "
                      + order[0])) {
        row.next();
        text.append("\n  place ").append(place).append(": customer ").append(row.getString(1));
        text.append(", version ").append(row.getString(2)).append(", now ");
        text.append(row.getString(3)).append(", fences ").append(row.getString(4));
        text.append(", parked ").append(row.getString(5)).append(", checkpoints ");
        text.append(row.getString(6));
      } catch (SQLException e) {
        text.append("\n  place ").append(place).append(": ").append(e.getMessage());
      }
    }
    return text.append("\n  ledger ").append(String.join(",", order)).toString();
  }

  private String fresh() {
    return Long.toString(part.freshId());
  }

  private String[] anyRow(LedgerTable table) {
    String key = part.anyLive(table, random);
    return key == null ? null : part.row(table, key);
  }

  private void fill(WriterTransaction transaction, String keyspace, String customer, String[] order)
      throws SQLException {
    int writes = 1 + random.nextInt(3);
    for (int i = 0; i < writes; i++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> insertOrder(transaction, keyspace, customer);
        case 2 -> customer(transaction, customer);
        case 3 -> {
          String[] now = order == null ? null : transaction.row(orders, order[0]);
          if (now != null && part.liveKeys(orders) > FEWEST_ROWS) {
            transaction.delete(orders, now);
          }
        }
        default -> {
          String[] now = order == null ? null : transaction.row(orders, order[0]);
          if (now != null) {
            transaction.update(orders, now, orders.changedRow(random, now, part.nextVersion()));
          }
        }
      }
    }
    if (transaction.rowWrites() == 0) {
      insertOrder(transaction, keyspace, customer);
    }
  }

  private void insertOrder(WriterTransaction transaction, String keyspace, String customer)
      throws SQLException {
    if (!part.hasRoom(orders)) {
      return;
    }
    String[] row = SampleRows.order(random, 0, Long.parseLong(customer), part.nextVersion());
    if (keyspace.equals(sides.sourceKeyspace())) {
      transaction.insertGenerated(orders, row);
    } else {
      row[0] = Long.toUnsignedString(connections.nextOrderId());
      tally.sequenceIds.increment();
      transaction.insert(orders, List.<String[]>of(row));
    }
  }

  /** Writes, changes or deletes the customer, if its row is this thread's own. */
  private void customer(WriterTransaction transaction, String customer) throws SQLException {
    String[] row = transaction.row(customers, customer);
    boolean own = Long.parseLong(customer) >= part.firstFreshId();
    if (row == null && own && part.hasRoom(customers)) {
      long id = Long.parseLong(customer);
      transaction.insert(
          customers, List.<String[]>of(SampleRows.customer(random, id, part.nextVersion())));
    } else if (row != null && own && random.nextInt(4) == 0) {
      transaction.delete(customers, row);
    } else if (row != null) {
      transaction.update(customers, row, customers.changedRow(random, row, part.nextVersion()));
    }
  }

  private boolean commit(Connection connection, int place, WriterTransaction transaction)
      throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (e.getErrorCode() == READ_ONLY) {
        throw e;
      }
      LOG.atInfo().setCause(e).log("a commit's acknowledgement was lost");
      part.unclear(transaction.writes());
      unclearPlace = place;
      tally.unclear.increment();
      connections.drop(place);
      return false;
    }
    part.acknowledge(transaction.writes());
    (place == 0 ? tally.onSource : tally.onTarget).increment();
    return true;
  }

  private void failed(int place, Connection connection, SQLException error)
      throws InterruptedException {
    if (error.getErrorCode() == DUPLICATE) {
      throw new LedgerViolation(
          "a value that the ledger says is free is taken: " + error.getMessage());
    }
    boolean denied = error.getErrorCode() == SIGNAL || error.getErrorCode() == READ_ONLY;
    (denied ? tally.denied : tally.failed).increment();
    if (!denied) {
      LOG.atInfo().addKeyValue("error", error.getMessage()).log("a transaction failed");
    }
    try {
      if (connection != null) {
        connection.rollback();
      }
    } catch (SQLException broken) {
      LOG.atDebug().addKeyValue("error", broken.getMessage()).log("a connection broke");
      connections.drop(place);
    }
    if (denied) {
      // the rules are about to change
      route.awaitChange(BACKOFF_MILLIS);
    }
  }

  /** Reads the rows of an unclear commit where it was tried: all as before, or all as after. */
  private boolean resolveUnclear() {
    try {
      UnclearCommit.resolve(connections.at(unclearPlace), part);
      return true;
    } catch (SQLException e) {
      LOG.atDebug()
          .addKeyValue("error", e.getMessage())
          .log("an unclear commit cannot be checked yet");
      connections.drop(unclearPlace);
      return false;
    }
  }
}
