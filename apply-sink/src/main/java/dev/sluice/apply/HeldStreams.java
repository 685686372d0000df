package dev.sluice.apply;

import dev.sluice.apply.core.OtherShardsRowException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Streams that wait for a delete which is on its way in another stream. Written by the applier's
 * thread, read by the feed's.
 */
final class HeldStreams {

  private static final long FIRST_HOLD_MILLIS = 100;
  private static final long LONGEST_HOLD_MILLIS = 1_600;

  private final AtomicLongArray untilMillis;
  private final long[] sinceMillis;
  private final long[] holdMillis;
  private final Duration patience;
  private final Clock clock;

  HeldStreams(int streams, Duration patience, Clock clock) {
    this.untilMillis = new AtomicLongArray(streams);
    this.sinceMillis = new long[streams];
    this.holdMillis = new long[streams];
    this.patience = patience;
    this.clock = clock;
  }

  boolean isHeld(int stream) {
    return clock.millis() < untilMillis.get(stream);
  }

  /**
   * Holds the stream back, each time for longer.
   *
   * @throws dev.sluice.schemas.error.SluiceException the clash, when it has lasted too long
   */
  void hold(OtherShardsRowException clash) {
    long now = clock.millis();
    int stream = clash.stream();
    if (holdMillis[stream] == 0) {
      sinceMillis[stream] = now;
      holdMillis[stream] = FIRST_HOLD_MILLIS;
    } else if (now - sinceMillis[stream] > patience.toMillis()) {
      throw clash.fatal();
    } else {
      holdMillis[stream] = Math.min(LONGEST_HOLD_MILLIS, holdMillis[stream] * 2);
    }
    // for good until the feed has begun again: the time counts from there, so that the others come
    // first
    untilMillis.set(stream, Long.MAX_VALUE);
  }

  /** The feed has begun to read: the others have this long to go first. */
  void feedBegun() {
    long now = clock.millis();
    for (int stream = 0; stream < holdMillis.length; stream++) {
      untilMillis.set(stream, now + holdMillis[stream]);
    }
  }

  /** The stream has gone on. */
  void applied(int stream) {
    holdMillis[stream] = 0;
    untilMillis.set(stream, 0);
  }
}
