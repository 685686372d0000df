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
  static Tally run(long seed, Mutant mutant) throws InterruptedException {
    World world = new World(seed, mutant, true, new Trace(false));
    try {
      world.run();
    } catch (InvariantViolated | RuntimeException e) {
      throw new AssertionError(describe(seed, mutant, e), e);
    }
    return world.tally;
  }

  /** The first violation among the seeds from {@code first} on; null when there is none. */
  static Caught firstViolation(Mutant mutant, boolean journalHeld, long first, int seeds)
      throws InterruptedException {
    for (long seed = first; seed < first + seeds; seed++) {
      try {
        new World(seed, mutant, journalHeld, new Trace(false)).run();
      } catch (InvariantViolated e) {
        return new Caught(seed, e.invariant(), e.getMessage());
      }
    }
    return null;
  }

  /** A mutant's end. */
  record Caught(long seed, Invariant invariant, String message) {}

  private static String describe(long seed, Mutant mutant, Throwable failure)
      throws InterruptedException {
    Trace trace = new Trace(true);
    try {
      new World(seed, mutant, true, trace).run();
    } catch (InvariantViolated | RuntimeException again) {
      // the same failure once more, this time with its trace
      trace.say(again::toString);
    }
    return failure.getMessage()
        + "\nseed "
        + seed
        + " (run it alone with -Dsimulation.seed="
        + seed
        + "), mutant "
        + mutant
        + "; what happened:\n"
        + trace;
  }
}
