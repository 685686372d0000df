package dev.sluice.tests.stack;

/**
 * A part of the stack could not be prepared, started, reached or stopped; the message ends with the
 * last log lines.
 */
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StackException(String message) {
    super(message);
  }

  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
