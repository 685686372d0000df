package dev.sluice.tests.workload;

import dev.sluice.tests.sample.SampleSize;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Writes the sample's moved tables where the routing rules say, through every change of traffic,
 * and keeps a ledger of what was acknowledged. A transaction stays with one customer, and so on one
 * shard; some stay open for a while. Order ids come from AUTO_INCREMENT on the source and from the
 * sequence on the target. Thread-safe.
 */
public final class MovingWriter implements AutoCloseable {

  /** Customer ids from here on are the writer's own. */
  private static final long FIRST_FRESH_ID = 2_000_000_000L;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  /** Counts over all threads. */
  static final class Tally {
    final LongAdder onSource = new LongAdder();
    final LongAdder onTarget = new LongAdder();
    final LongAdder denied = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder unclear = new LongAdder();
    final LongAdder sequenceIds = new LongAdder();
    volatile RuntimeException violation;
  }

  /**
   * What it has done so far.
   *
   * @param onSource transactions acknowledged by the source
   * @param onTarget transactions acknowledged by a shard
   * @param denied transactions that the fence refused; each was tried again elsewhere
   * @param failed transactions that ended otherwise, before their commit
   * @param unclear commits without an answer
   * @param sequenceIds orders with ids of the sequence
   */
  public record Counts(
      long onSource, long onTarget, long denied, long failed, long unclear, long sequenceIds) {

    public long committed() {
      return onSource + onTarget;
    }
  }

  private final List<LedgerTable> tables;
  private final List<LedgerPart> parts;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ReadWriteLock gate = new ReentrantReadWriteLock(true);
  private final Tally tally;

  private MovingWriter(List<LedgerTable> tables, List<LedgerPart> parts, Tally tally) {
    this.tables = tables;
    this.parts = parts;
    this.tally = tally;
  }

  /**
   * Reads some existing rows and starts to write.
   *
   * @param route of table customer; closed by the caller
   */
  public static MovingWriter start(
      MovingSides sides, Route route, SampleSize size, WriterOptions options) throws SQLException {
    List<LedgerTable> tables = SampleLedgerTables.moved(size);
    List<LedgerPart> parts = new ArrayList<>();
    for (int i = 0; i < options.threads(); i++) {
      parts.add(
          new LedgerPart(
              tables, i, options.threads(), options.maxKeys() / options.threads(), FIRST_FRESH_ID));
    }
    LedgerWriter.adopt(sides.source(), tables, parts, options);
    MovingWriter writer = new MovingWriter(tables, parts, new Tally());
    SplittableRandom seeds = new SplittableRandom(options.seed());
    double rate = options.transactionsPerSecond() / options.threads();
    for (LedgerPart part : parts) {
      MovingWriterThread work =
          new MovingWriterThread(
              sides,
              route,
              tables,
              part,
              writer.tally,
              seeds.split(),
              writer.stopped,
              writer.gate.readLock(),
              rate);
      Thread thread = new Thread(work, "moving-writer-" + writer.threads.size());
      thread.setDaemon(true);
      writer.threads.add(thread);
    }
    writer.threads.forEach(Thread::start);
    return writer;
  }

  public Counts counts() {
    return new Counts(
        tally.onSource.sum(),
        tally.onTarget.sum(),
        tally.denied.sum(),
        tally.failed.sum(),
        tally.unclear.sum(),
        tally.sequenceIds.sum());
  }

  /** Runs something while no transaction is open and none begins. */
  public <T> T paused(Callable<T> work) throws Exception {
    gate.writeLock().lock();
    try {
      return work.call();
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Why the writer gave up; null while all is well. */
  public RuntimeException violation() {
    return tally.violation;
  }

  /**
   * Ends the writing. Idempotent.
   *
   * @return what was acknowledged
   * @throws LedgerViolation when a server did not hold what had been acknowledged
   */
  public Ledger stop() throws InterruptedException {
    close();
    if (tally.violation != null) {
      throw tally.violation;
    }
    return new Ledger(tables, parts, new GtidCounts(1));
  }

  @Override
  public void close() throws InterruptedException {
    stopped.countDown();
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        thread.interrupt();
        throw new IllegalStateException(
            "a writer thread did not end within " + STOP_TIMEOUT.toSeconds() + " s");
      }
    }
  }
}
