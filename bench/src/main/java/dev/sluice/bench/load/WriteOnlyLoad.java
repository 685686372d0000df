package dev.sluice.bench.load;

import dev.sluice.bench.BenchException;
import dev.sluice.tests.stack.MysqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writers that run sysbench's {@code oltp_write_only} transactions: an update of the indexed
 * column, an update of another, and a delete followed by an insert of the same key, each on a table
 * and a row chosen evenly. (sysbench's default is a skewed choice, which would let Sluice merge
 * more changes of one row.)
 *
 * @param server where to write
 * @param tables to write to
 * @param rows the keys are 1 to this
 * @param threads writers, each with a connection of its own
 * @param transactionsPerSecond of all writers together; 0 for as many as possible
 */
public record WriteOnlyLoad(
    MysqlServer server,
    List<SbtestTable> tables,
    long rows,
    int threads,
    int transactionsPerSecond) {

  public WriteOnlyLoad {
    tables = List.copyOf(tables);
  }

  /**
   * Writes for a time and returns when every writer has ended.
   *
   * @throws BenchException when a writer fails
   */
  public LoadCounts run(Duration time) {
    try (Running running = start()) {
      return running.stopAfter(time);
    }
  }

  /** Starts the writers in the background. */
  public Running start() {
    return new Running(this);
  }

  /** Writers at work; to be closed. Thread-safe. */
  public static final class Running implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ExecutorService executor;
    private final List<WriteOnlyWriter> writers = new ArrayList<>();
    private final List<Future<?>> ends = new ArrayList<>();
    private final long began = System.nanoTime();

    private Running(WriteOnlyLoad load) {
      executor = Executors.newFixedThreadPool(load.threads());
      Pace pace = new Pace(load.transactionsPerSecond());
      for (int thread = 0; thread < load.threads(); thread++) {
        WriteOnlyWriter writer = new WriteOnlyWriter(load, pace, stopped, thread + 1);
        writers.add(writer);
        ends.add(executor.submit(writer));
      }
    }

    /** Lets the writers work until they have run for a time, then ends them. */
    public LoadCounts stopAfter(Duration time) {
      long end = began + time.toNanos();
      try {
        while (System.nanoTime() < end && ends.stream().noneMatch(Future::isDone)) {
          Thread.sleep(20);
        }
        stopped.set(true);
        for (Future<?> one : ends) {
          one.get();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted while writers ran", e);
      } catch (ExecutionException e) {
        throw new BenchException("a writer failed: " + e.getCause().getMessage(), e);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      long transactions = writers.stream().mapToLong(WriteOnlyWriter::committed).sum();
      long retries = writers.stream().mapToLong(WriteOnlyWriter::retries).sum();
      return LoadCounts.of(transactions, retries, seconds);
    }

    @Override
    public void close() {
      stopped.set(true);
      executor.shutdown();
    }
  }
}
