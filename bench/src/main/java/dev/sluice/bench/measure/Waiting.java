package dev.sluice.bench.measure;

import dev.sluice.bench.BenchException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something by asking for it again and again, for a bounded time. */
public final class Waiting {
  private Waiting() {}

  /**
   * Returns the moment ({@link System#nanoTime}) at which the condition was first seen to hold.
   *
   * @throws BenchException when it does not hold in time, naming it
   */
  public static long until(String what, Duration limit, Duration pause, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("not after " + limit.toSeconds() + " s: " + what);
      }
      sleep(pause);
    }
    return System.nanoTime();
  }

  /** Does nothing for a time. */
  public static void sleep(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
