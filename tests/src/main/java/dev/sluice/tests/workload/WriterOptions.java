package dev.sluice.tests.workload;

/**
 * How a {@link LedgerWriter} works; immutable.
 *
 * @param threads writer connections, 1-64
 * @param transactionsPerSecond over all threads; 0 for as many as the server takes
 * @param maxKeys most keys of one table that the ledger remembers, over all threads
 * @param maxGtids most transactions whose GTID is remembered
 * @param seed of the choice of writes
 */
public record WriterOptions(
    int threads, double transactionsPerSecond, int maxKeys, int maxGtids, long seed) {

  public WriterOptions {
    if (threads < 1 || threads > 64 || transactionsPerSecond < 0 || maxKeys < threads * 10) {
      throw new IllegalArgumentException(
          "a writer has 1-64 threads, a rate from 0 and at least ten keys a thread: "
              + threads
              + ", "
              + transactionsPerSecond
              + ", "
              + maxKeys);
    }
  }

  /** Two threads at the given rate, a ledger of 8,000 keys a table. */
  public static WriterOptions atRate(double transactionsPerSecond) {
    return new WriterOptions(2, transactionsPerSecond, 8_000, 400_000, 11);
  }
}
