package dev.sluice.tests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many seeds of the unmutated protocol, on two threads, each seed on one. */
final class Seeds {

  private static final int THREADS = 2;

  private Seeds() {}

  /**
   * Runs them all.
   *
   * @return what happened in all of them
   * @throws AssertionError of the first seed that fails
   */
  static Tally run(long first, int count) throws InterruptedException {
    AtomicLong next = new AtomicLong(first);
    AtomicBoolean failed = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Tally>> parts = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        parts.add(threads.submit(() -> part(next, first + count, failed)));
      }
      Tally all = new Tally();
      for (Future<Tally> part : parts) {
        all.add(part.get());
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError violation) {
        throw violation;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Tally part(AtomicLong next, long end, AtomicBoolean failed)
      throws InterruptedException {
    Tally tally = new Tally();
    for (long seed = next.getAndIncrement();
        seed < end && !failed.get();
        seed = next.getAndIncrement()) {
      try {
        tally.add(Simulation.run(seed, Variation.PLAIN));
      } catch (AssertionError e) {
        failed.set(true);
        throw e;
      }
    }
    return tally;
  }
}
