package dev.sluice.tests.stack;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whether bytes may pass a link, and how late. Thread-safe. */
final class LinkState {
  private boolean stalled;
  private boolean ended;
  private Duration delay = Duration.ZERO;

  synchronized void stall() {
    stalled = true;
  }

  synchronized void delay(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a delay is not negative: " + time);
    }
    delay = time;
  }

  synchronized void restore() {
    stalled = false;
    delay = Duration.ZERO;
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Returns when the piece just read may be passed on. */
  synchronized void awaitPassage() throws InterruptedException {
    long readAt = System.nanoTime();
    while (!ended) {
      long waitNanos = readAt + delay.toNanos() - System.nanoTime();
      if (stalled) {
        wait();
      } else if (waitNanos > 0) {
        wait(TimeUnit.NANOSECONDS.toMillis(waitNanos), (int) (waitNanos % 1_000_000));
      } else {
        return;
      }
    }
  }
}
