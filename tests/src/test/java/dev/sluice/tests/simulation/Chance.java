package dev.sluice.tests.simulation;

import java.util.List;

/**
 * Every random choice of one run, from its seed: the same seed makes the same run. The generator is
 * SplitMix64 (Steele, Lea and Flood, 2014). Not thread-safe.
 */
final class Chance {

  private long state;

  Chance(long seed) {
    state = seed * 0x9e3779b97f4a7c15L + 0x1234567;
  }

  private long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** From 0 to {@code bound} - 1. */
  int below(int bound) {
    return (int) ((next() >>> 33) % bound);
  }

  /** Both ends included. */
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  /** True once in so many cases; never for 0. */
  boolean oneIn(int cases) {
    return cases > 0 && below(cases) == 0;
  }

  <T> T of(List<T> choices) {
    return choices.get(below(choices.size()));
  }
}
