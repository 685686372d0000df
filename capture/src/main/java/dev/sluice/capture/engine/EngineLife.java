package dev.sluice.capture.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * For how long an engine has been silent although somebody waited. Records are a sign of life, and
 * so are bytes of the binary log: a large transaction on tables that are not moved is read for
 * minutes without a record. But no longer than to the end of a transaction: each gives at least its
 * BEGIN and END, and an engine that reads on without delivering them is as good as dead.
 * Thread-safe.
 */
final class EngineLife {

  private final LongSupplier nanoTime;
  private final AtomicLong readBytes = new AtomicLong();
  private volatile boolean recordsOwed;
  private volatile boolean delivered;
  private volatile long lastNanos;
  private long readBefore;

  EngineLife(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
  }

  /** The engine starts. */
  void starts() {
    lastNanos = nanoTime.getAsLong();
  }

  /** The engine has delivered records. */
  void delivered() {
    recordsOwed = false;
    delivered = true;
    lastNanos = nanoTime.getAsLong();
  }

  /** Records that had been delivered were fetched: until now nobody waited. */
  void fetched() {
    lastNanos = nanoTime.getAsLong();
  }

  /** For one thread at a time. */
  void read(long bytes) {
    if (!recordsOwed) {
      readBytes.lazySet(readBytes.get() + bytes);
    }
  }

  /** The end of a transaction was read. */
  void transactionEnded() {
    recordsOwed = true;
  }

  /** True when the engine has delivered something. */
  boolean hasDelivered() {
    return delivered;
  }

  /**
   * Since when there has been no sign of life, nanoseconds; exact to the time between two calls.
   */
  synchronized long silentNanos() {
    long now = nanoTime.getAsLong();
    long bytes = readBytes.get();
    if (bytes != readBefore) {
      readBefore = bytes;
      lastNanos = now;
    }
    return now - lastNanos;
  }
}
