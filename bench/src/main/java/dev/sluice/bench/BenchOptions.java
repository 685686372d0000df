package dev.sluice.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What to measure, and at which size.
 *
 * @param parts to run
 * @param rows of each of the two tables
 * @param copyRounds how often the copy is measured
 * @param drainRounds how often the drain is measured
 * @param drainTime how long writers make a backlog
 * @param lagTime how long the lag is sampled
 * @param memoryFactor how many times more rows the second memory measurement has
 * @param heap of the server, as in {@code -Xmx}
 * @param javaOptions further options for the server's Java virtual machine
 * @param workflowOptions as in move.yaml
 */
public record BenchOptions(
    Set<Part> parts,
    long rows,
    int copyRounds,
    int drainRounds,
    Duration drainTime,
    Duration lagTime,
    int memoryFactor,
    String heap,
    List<String> javaOptions,
    Map<String, String> workflowOptions) {

  /** Writers that make a backlog. */
  public static final int WRITERS = 8;

  /** Transactions a second while the lag is sampled. */
  public static final int LAG_RATE = 500;

  /** What can be measured. */
  public enum Part {
    copy,
    drain,
    lag,
    memory,
    fence,
    vdiff
  }

  public BenchOptions {
    parts = Set.copyOf(parts);
    javaOptions = List.copyOf(javaOptions);
    workflowOptions = Map.copyOf(workflowOptions);
    if (rows < 1 || rows > 100_000_000) {
      throw new IllegalArgumentException("rows are 1 to 100,000,000: " + rows);
    }
    if (copyRounds < 1 || drainRounds < 1) {
      throw new IllegalArgumentException("there is at least one round");
    }
    if (drainTime.isNegative() || drainTime.isZero() || lagTime.isNegative() || lagTime.isZero()) {
      throw new IllegalArgumentException("times are at least one second");
    }
    if (memoryFactor < 2) {
      throw new IllegalArgumentException("the memory factor is at least 2: " + memoryFactor);
    }
  }

  /** The rows of both tables. */
  public long totalRows() {
    return 2 * rows;
  }
}
