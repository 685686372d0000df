package dev.sluice.capture;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes one waiting thread when there may be work; signals while nobody waits are kept as one.
 * Thread-safe.
 */
final class WakeUp {

  private final Semaphore signals = new Semaphore(0);

  void signal() {
    if (signals.availablePermits() == 0) {
      signals.release();
    }
  }

  /** Waits for a signal, or that long. */
  void await(long millis) throws InterruptedException {
    if (signals.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
      signals.drainPermits();
    }
  }
}
