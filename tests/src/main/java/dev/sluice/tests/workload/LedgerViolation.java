package dev.sluice.tests.workload;

/** The source does not hold what it acknowledged; no test can go on from there. */
public final class LedgerViolation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LedgerViolation(String message) {
    super(message);
  }
}
