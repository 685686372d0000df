package dev.sluice.bench.load;

/**
 * What writers did.
 *
 * @param transactions committed
 * @param rowChanges in the committed transactions
 * @param retries transactions that were run again after a lock conflict
 * @param seconds how long the writers ran
 */
public record LoadCounts(long transactions, long rowChanges, long retries, double seconds) {
  static final int ROW_CHANGES_A_TRANSACTION = 4;

  static LoadCounts of(long transactions, long retries, double seconds) {
    return new LoadCounts(transactions, transactions * ROW_CHANGES_A_TRANSACTION, retries, seconds);
  }
}
