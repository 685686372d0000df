package dev.sluice.tests.workload;

import dev.sluice.tests.sample.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection's worth of transactions; the only user of its {@link LedgerPart}. */
final class WriterThread implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(WriterThread.class);
  private static final long FIRST_BACKOFF_MILLIS = 20;
  private static final long LAST_BACKOFF_MILLIS = 500;
  private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

  private final ConnectionSource source;
  private final LedgerPart part;
  private final TransactionMaker maker;
  private final WriterTally tally;
  private final SplittableRandom random;
  private final CountDownLatch stopped;
  private final double transactionsPerSecond;
  private Connection connection;
  private GtidTracker gtids;
  private long backoffMillis = FIRST_BACKOFF_MILLIS;

  WriterThread(
      ConnectionSource source,
      LedgerPart part,
      TransactionMaker maker,
      WriterTally tally,
      SplittableRandom random,
      CountDownLatch stopped,
      double transactionsPerSecond) {
    this.source = source;
    this.part = part;
    this.maker = maker;
    this.tally = tally;
    this.random = random;
    this.stopped = stopped;
    this.transactionsPerSecond = transactionsPerSecond;
  }

  @Override
  public void run() {
    try {
      long next = System.nanoTime();
      while (!waitUntil(next)) {
        boolean worked = connected() && writeOne();
        // a writer that was held up does not catch up in a burst
        next = Math.max(next, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
        next += worked ? paceNanos() : TimeUnit.MILLISECONDS.toNanos(backoff());
      }
      settle();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      tally.violated(e);
      stopped.countDown();
    } finally {
      disconnect();
    }
  }

  private long paceNanos() {
    backoffMillis = FIRST_BACKOFF_MILLIS;
    return transactionsPerSecond <= 0 ? 0 : (long) (1e9 / transactionsPerSecond);
  }

  private long backoff() {
    long wait = backoffMillis;
    backoffMillis = Math.min(LAST_BACKOFF_MILLIS, backoffMillis * 2);
    return wait;
  }

  /** True when the writer has been stopped. */
  private boolean waitUntil(long nanoTime) throws InterruptedException {
    return stopped.await(Math.max(0, nanoTime - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private boolean connected() {
    if (connection != null) {
      return true;
    }
    try {
      connection = source.openUtc();
      connection.setNetworkTimeout(Runnable::run, SOCKET_TIMEOUT_MILLIS);
      gtids = GtidTracker.on(connection);
      connection.setAutoCommit(false);
      return true;
    } catch (SQLException e) {
      LOG.atDebug().addKeyValue("error", e.getMessage()).log("writer cannot connect");
      disconnect();
      return false;
    }
  }

  /**
   * At the end an unclear commit is asked about once more; if the source is away it stays unclear.
   */
  private void settle() {
    if (!part.unclear().isEmpty() && connected()) {
      resolveUnclear();
    }
  }

  /** False when the transaction failed and the next one is to wait a little. */
  private boolean writeOne() {
    if (!part.unclear().isEmpty() && !resolveUnclear()) {
      return false;
    }
    WriterTransaction transaction = new WriterTransaction(connection, part);
    WriteAction action = WriteAction.any(random);
    try {
      maker.fill(transaction, action);
      if (action == WriteAction.ROLLBACK) {
        connection.rollback();
        maker.rolledBack();
        tally.rolledBack();
        return true;
      }
    } catch (SQLException e) {
      failed(e);
      return false;
    }
    return commit(transaction, action);
  }

  private boolean commit(WriterTransaction transaction, WriteAction action) {
    gtids.take();
    try {
      connection.commit();
    } catch (SQLException e) {
      // the server may have committed: only a read can tell
      LOG.atInfo().setCause(e).log("a commit's acknowledgement was lost");
      part.unclear(transaction.writes());
      tally.unclear();
      disconnect();
      return false;
    }
    part.acknowledge(transaction.writes());
    maker.committed();
    tally.committed(action, transaction.rowWrites(), gtids.take(), transaction.records());
    return true;
  }

  private void failed(SQLException e) {
    if (e.getErrorCode() == 1062) {
      throw new LedgerViolation(
          "the source refuses a unique value that the ledger says is free: " + e.getMessage());
    }
    LOG.atDebug().addKeyValue("error", e.getMessage()).log("a writer's transaction failed");
    tally.failed();
    maker.rolledBack();
    try {
      connection.rollback();
    } catch (SQLException broken) {
      LOG.atDebug().addKeyValue("error", broken.getMessage()).log("a writer's connection broke");
      disconnect();
    }
  }

  /**
   * Reads the rows of an unclear commit: all as before, or all as after. False when the source does
   * not answer.
   */
  private boolean resolveUnclear() {
    try {
      UnclearCommit.resolve(connection, part);
      return true;
    } catch (SQLException e) {
      LOG.atDebug()
          .addKeyValue("error", e.getMessage())
          .log("an unclear commit cannot be checked yet");
      disconnect();
      return false;
    }
  }

  private void disconnect() {
    Connection old = connection;
    connection = null;
    if (old == null) {
      return;
    }
    try {
      old.close();
    } catch (SQLException e) {
      LOG.atDebug().addKeyValue("error", e.getMessage()).log("a broken connection was dropped");
    }
  }
}
