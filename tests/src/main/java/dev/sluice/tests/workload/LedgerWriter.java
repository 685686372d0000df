package dev.sluice.tests.workload;

import dev.sluice.tests.sample.ConnectionSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * Writes transactions of every kind to a source server and keeps a ledger of what the server
 * acknowledged: inserts, updates (also of primary keys and vindex columns), deletes, rollbacks,
 * unique values swapped inside a transaction and handed on across transactions and threads. Each
 * thread owns its keys, so the ledger is exact.
 *
 * <p>The connections should carry Connector/J's property {@code trackSessionState=true}, so that
 * the GTIDs are known. Thread-safe.
 */
public final class LedgerWriter implements AutoCloseable {

  /** Ids from here on are the writer's own. */
  private static final long FIRST_FRESH_ID = 1_000_000_000L;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private final List<LedgerTable> tables;
  private final List<LedgerPart> parts;
  private final List<Thread> threads = new ArrayList<>();
  private final WriterTally tally;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private LedgerWriter(List<LedgerTable> tables, List<LedgerPart> parts, WriterTally tally) {
    this.tables = tables;
    this.parts = parts;
    this.tally = tally;
  }

  /** Reads some existing rows of each table and starts to write. */
  public static LedgerWriter start(
      ConnectionSource source, List<LedgerTable> tables, WriterOptions options)
      throws SQLException {
    List<LedgerPart> parts = new ArrayList<>();
    for (int i = 0; i < options.threads(); i++) {
      parts.add(
          new LedgerPart(
              tables, i, options.threads(), options.maxKeys() / options.threads(), FIRST_FRESH_ID));
    }
    adopt(source, tables, parts, options);
    WriterTally tally = new WriterTally(new GtidCounts(options.maxGtids()));
    LedgerWriter writer = new LedgerWriter(List.copyOf(tables), parts, tally);
    UniqueExchange exchange = new UniqueExchange();
    SplittableRandom seeds = new SplittableRandom(options.seed());
    for (LedgerPart part : parts) {
      TransactionMaker maker = new TransactionMaker(tables, part, exchange, seeds.split());
      double rate = options.transactionsPerSecond() / options.threads();
      Thread thread =
          new Thread(
              new WriterThread(source, part, maker, tally, seeds.split(), writer.stopped, rate),
              "ledger-writer-" + writer.threads.size());
      thread.setDaemon(true);
      writer.threads.add(thread);
    }
    writer.threads.forEach(Thread::start);
    return writer;
  }

  /** Half of the ledger's room goes to rows that exist already, drawn at random. */
  static void adopt(
      ConnectionSource source,
      List<LedgerTable> tables,
      List<LedgerPart> parts,
      WriterOptions options)
      throws SQLException {
    try (Connection connection = source.openUtc();
        Statement statement = connection.createStatement()) {
      for (LedgerTable table : tables) {
        String sql =
            LedgerSql.selectAll(table)
                + " ORDER BY RAND("
                + options.seed()
                + ") LIMIT "
                + options.maxKeys() / 2;
        try (ResultSet result = statement.executeQuery(sql)) {
          for (int i = 0; result.next(); i++) {
            String[] row = LedgerSql.row(table, result);
            parts
                .get(i % parts.size())
                .acknowledge(List.of(new RowWrite(table, table.key(row), null, row)));
          }
        }
      }
    }
  }

  public WriterCounts counts() {
    return tally.counts();
  }

  /** Why the writer gave up; null while all is well. */
  public RuntimeException violation() {
    return tally.violation();
  }

  /**
   * Ends the writing; every transaction that was begun is finished or rolled back. Idempotent.
   *
   * @return what was acknowledged
   * @throws LedgerViolation when the source did not hold what it had acknowledged
   */
  public Ledger stop() throws InterruptedException {
    stopThreads();
    if (tally.violation() != null) {
      throw tally.violation();
    }
    return new Ledger(tables, parts, tally.gtids());
  }

  private void stopThreads() throws InterruptedException {
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

  /** Ends the writing without looking at the outcome. */
  @Override
  public void close() throws InterruptedException {
    stopThreads();
  }
}
