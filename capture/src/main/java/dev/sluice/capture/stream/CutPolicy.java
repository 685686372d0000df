package dev.sluice.capture.stream;

import java.time.Duration;

/**
 * When cuts are written.
 *
 * @param maxBytes a cut is due when its records have this size
 * @param maxAge a cut is due when its first record is this old
 * @param positionInterval progress without rows is written at most this often
 * @param unfinishedBytes an unfinished source transaction is committed without a cut at this size
 */
public record CutPolicy(
    long maxBytes, Duration maxAge, Duration positionInterval, long unfinishedBytes) {

  /** What production uses. */
  public static final CutPolicy DEFAULT =
      new CutPolicy(8L << 20, Duration.ofMillis(500), Duration.ofSeconds(1), 16L << 20);

  public CutPolicy {
    if (maxBytes < 1
        || unfinishedBytes < 1
        || maxAge.isNegative()
        || positionInterval.isNegative()) {
      throw new IllegalArgumentException("a cut policy needs positive bounds");
    }
  }
}
