package dev.sluice.apply.feed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Since when the oldest cut that is not on the shard yet has been there, by clocks that are none of
 * the source's: that of whoever wrote the journal's record, and the applier's own. So a source
 * whose clock is wrong cannot hide a backlog. Thread-safe.
 */
final class CutArrivals {

  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private record Arrival(long journalOffset, long writtenMillis, long readNanos) {}

  private final List<Deque<Arrival>> waiting = new ArrayList<>();
  private final LongSupplier millis;
  private final LongSupplier nanos;

  /**
   * @param millis the applier's clock, milliseconds since 1970 UTC
   * @param nanos one that never jumps
   */
  CutArrivals(int streams, LongSupplier millis, LongSupplier nanos) {
    this.millis = millis;
    this.nanos = nanos;
    for (int stream = 0; stream < streams; stream++) {
      waiting.add(new ArrayDeque<>());
    }
  }

  /** A cut was read from the journal. */
  synchronized void read(int stream, long journalOffset, long writtenMillis) {
    waiting.get(stream).addLast(new Arrival(journalOffset, writtenMillis, nanos.getAsLong()));
  }

  /** The shard has the stream's cuts up to this one. */
  synchronized void applied(int stream, long journalOffset) {
    Deque<Arrival> cuts = waiting.get(stream);
    while (!cuts.isEmpty() && cuts.getFirst().journalOffset() <= journalOffset) {
      cuts.removeFirst();
    }
  }

  /** Age of the oldest cut that was read and is not applied, seconds; 0 when there is none. */
  synchronized double seconds() {
    double oldest = 0;
    for (Deque<Arrival> cuts : waiting) {
      Arrival first = cuts.peekFirst();
      if (first != null) {
        double written = (millis.getAsLong() - first.writtenMillis()) / MILLIS;
        double here = (nanos.getAsLong() - first.readNanos()) / NANOS;
        oldest = Math.max(oldest, Math.max(written, here));
      }
    }
    return oldest;
  }
}
