package dev.sluice.tests.stack;

/** Starts the kind of stack that is asked for. */
public final class Stacks {
  private Stacks() {}

  /**
   * Starts a stack of processes.
   *
   * @throws StackException when it does not come up
   */
  public static Stack start(StackOptions options) {
    return LocalStack.start(options);
  }
}
