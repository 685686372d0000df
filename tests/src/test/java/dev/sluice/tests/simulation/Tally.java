package dev.sluice.tests.simulation;

import java.util.EnumMap;
import java.util.Map;

/** Counts happenings. Not thread-safe. */
final class Tally {

  private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

  void count(Happening happening) {
    counts.merge(happening, 1L, Long::sum);
  }

  void add(Tally other) {
    other.counts.forEach((happening, count) -> counts.merge(happening, count, Long::sum));
  }

  long of(Happening happening) {
    return counts.getOrDefault(happening, 0L);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
