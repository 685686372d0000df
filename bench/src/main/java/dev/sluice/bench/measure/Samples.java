package dev.sluice.bench.measure;

import java.util.List;

/**
 * Measured values of one thing.
 *
 * @param values in the order measured; at least one
 */
public record Samples(List<Double> values) {

  public Samples {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there are no samples");
    }
  }

  /** A single value. */
  public static Samples of(double value) {
    return new Samples(List.of(value));
  }

  /** The middle value, or the mean of the two in the middle. */
  public double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * The smallest value that at least a part of all values does not exceed (nearest rank).
   *
   * @param part above 0, up to 1
   */
  public double percentile(double part) {
    if (part <= 0 || part > 1) {
      throw new IllegalArgumentException("a percentile's part is above 0 and up to 1: " + part);
    }
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }

  public double highest() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
