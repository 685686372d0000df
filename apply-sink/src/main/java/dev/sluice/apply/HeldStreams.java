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

  private static final long HOLD_MILLIS = 50;

  private final AtomicLongArray untilMillis;
  private final long[] sinceMillis;
  private final Duration patience;
  private final Clock clock;

  HeldStreams(int streams, Duration patience, Clock clock) {
    this.untilMillis = new AtomicLongArray(streams);
    this.sinceMillis = new long[streams];
    this.patience = patience;
    this.clock = clock;
  }

  boolean isHeld(int stream) {
    return clock.millis() < untilMillis.get(stream);
  }

  /**
   * Holds the stream back for a moment.
   *
   * @throws dev.sluice.schemas.error.SluiceException the clash, when it has lasted too long
   */
  void hold(OtherShardsRowException clash) {
    long now = clock.millis();
    int stream = clash.stream();
    if (sinceMillis[stream] == 0) {
      sinceMillis[stream] = now;
    } else if (now - sinceMillis[stream] > patience.toMillis()) {
      throw clash.fatal();
    }
    untilMillis.set(stream, now + HOLD_MILLIS);
  }

  /** The stream has gone on. */
  void applied(int stream) {
    sinceMillis[stream] = 0;
  }
}
