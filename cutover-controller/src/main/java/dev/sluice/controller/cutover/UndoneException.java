package dev.sluice.controller.cutover;

import dev.sluice.controller.workflow.Outcome;
import dev.sluice.schemas.error.SluiceException;

/** A change of traffic that failed before its commit and was undone: all is as before. */
public final class UndoneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Outcome outcome;
  private final SluiceException why;

  UndoneException(Outcome outcome, SluiceException why) {
    super(why.getMessage() + "; everything is as before", why);
    this.outcome = outcome;
    this.why = why;
  }

  /** What was done and undone. */
  public Outcome outcome() {
    return outcome;
  }

  /** Why it failed. */
  public SluiceException why() {
    return why;
  }
}
