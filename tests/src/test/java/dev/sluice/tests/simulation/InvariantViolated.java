package dev.sluice.tests.simulation;

/** An invariant does not hold. An error, so that no code under test takes it for one of its own. */
final class InvariantViolated extends AssertionError {

  private static final long serialVersionUID = 1L;

  private final Invariant invariant;

  InvariantViolated(Invariant invariant, String message) {
    super(invariant + ": " + message);
    this.invariant = invariant;
  }

  Invariant invariant() {
    return invariant;
  }
}
