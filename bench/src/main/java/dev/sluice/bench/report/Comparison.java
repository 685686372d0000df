package dev.sluice.bench.report;

import dev.sluice.bench.measure.Samples;

/**
 * One thing measured, beside a peer or against a bound.
 *
 * @param part of the benchmark: copy, drain, lag, memory
 * @param what was measured
 * @param unit of the samples
 * @param sluice what Sluice did
 * @param peerName what it is held against, for people
 * @param peer what the peer did, in the same unit; null where there is only a bound
 * @param goal what is wanted of {@link #ratio}, or of Sluice's median where there is no peer; null
 *     for a value that is told without a goal
 */
public record Comparison(
    String part,
    String what,
    String unit,
    Samples sluice,
    String peerName,
    Samples peer,
    Goal goal) {

  /**
   * A bound.
   *
   * @param atLeast whether the bound is the least that will do, or the most
   */
  public record Goal(boolean atLeast, double bound) {
    boolean met(double value) {
      return atLeast ? value >= bound : value <= bound;
    }

    String text() {
      return (atLeast ? ">= " : "<= ") + Numbers.text(bound);
    }
  }

  /** Against a peer: both are times, so the ratio is the peer's median over Sluice's. */
  public static Comparison ofSeconds(
      String part, String what, Samples sluice, String peerName, Samples peer, double atLeast) {
    return new Comparison(part, what, "s", sluice, peerName, peer, new Goal(true, atLeast));
  }

  /** A value that is to be no more than a bound. */
  public static Comparison bounded(
      String part, String what, String unit, double value, double atMost) {
    return new Comparison(part, what, unit, Samples.of(value), "", null, new Goal(false, atMost));
  }

  /** A value that is to be no less than a bound. */
  public static Comparison reached(
      String part, String what, String unit, double value, double atLeast) {
    return new Comparison(part, what, unit, Samples.of(value), "", null, new Goal(true, atLeast));
  }

  /** A value without a goal. */
  public static Comparison told(String part, String what, String unit, Samples sluice) {
    return new Comparison(part, what, unit, sluice, "", null, null);
  }

  /** How many times better than the peer; null without one. */
  public Double ratio() {
    return peer == null ? null : peer.median() / sluice.median();
  }

  /** Whether the goal is met; null without one. */
  public Boolean met() {
    if (goal == null) {
      return null;
    }
    return goal.met(peer == null ? sluice.median() : ratio());
  }
}
