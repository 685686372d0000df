package dev.sluice.bench.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Spreads starts evenly over time: each call gets the next moment and waits for it. Thread-safe.
 */
final class Pace {
  private final long intervalNanos;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  /**
   * @param perSecond starts a second, or 0 for no waiting
   */
  Pace(int perSecond) {
    this.intervalNanos = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
  }

  void await() {
    if (intervalNanos == 0) {
      return;
    }
    long due = next.getAndAdd(intervalNanos);
    for (long left = due - System.nanoTime();
        left > 0 && !Thread.currentThread().isInterrupted();
        left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
