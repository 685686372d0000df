package dev.sluice.tests.simulation;

/** Runs seeds. A run that fails is run again with a trace. */
final class Simulation {

  private Simulation() {}

  /**
   * Runs one seed.
   *
   * @return what happened
   * @throws AssertionError with seed and trace, when an invariant does not hold
   */
  static Tally run(long seed, Variation variation) throws InterruptedException {
    World world = new World(seed, variation, new Trace(false));
    try {
      world.run();
    } catch (InvariantViolated | RuntimeException e) {
      throw new AssertionError(describe(seed, variation, e), e);
    }
    return world.tally;
  }

  /** The first violation among the seeds from {@code first} on; null when there is none. */
  static Caught firstViolation(Variation variation, long first, int seeds)
      throws InterruptedException {
    for (long seed = first; seed < first + seeds; seed++) {
      try {
        new World(seed, variation, new Trace(false)).run();
      } catch (InvariantViolated e) {
        return new Caught(seed, e.invariant(), e.getMessage());
      }
    }
    return null;
  }

  /** A mutant's end. */
  record Caught(long seed, Invariant invariant, String message) {}

  private static String describe(long seed, Variation variation, Throwable failure)
      throws InterruptedException {
    Trace trace = new Trace(true);
    try {
      new World(seed, variation, trace).run();
    } catch (InvariantViolated | RuntimeException again) {
      // the same failure once more, this time with its trace
      trace.say(again::toString);
    }
    return failure.getMessage()
        + "\nseed "
        + seed
        + " (run it alone with -Dsimulation.seed="
        + seed
        + "), "
        + variation
        + "; what happened:\n"
        + trace;
  }
}
