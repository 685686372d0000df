package dev.sluice.tests.sample;

/**
 * How much the sample keyspace holds.
 *
 * @param customers rows of customer, at least 1
 * @param orders rows of corder
 * @param products rows of product, at least 1
 * @param seed equal seeds give equal rows
 */
public record SampleSize(int customers, int orders, int products, long seed) {

  /** What the quick start moves. */
  public static final SampleSize FULL = new SampleSize(50_000, 200_000, 1_000, 7);

  /** What most tests move: small enough for a second, large enough for several copy chunks. */
  public static final SampleSize SMALL = new SampleSize(2_000, 6_000, 50, 7);

  public SampleSize {
    if (customers < 1 || products < 1 || orders < 0) {
      throw new IllegalArgumentException(
          "the sample needs at least one customer and one product, not "
              + customers
              + " and "
              + products);
    }
  }
}
