package dev.sluice.schemas.error;

import java.util.Objects;

/**
 * The one error type of Sluice's own making: what happened, what to do about it, and whether trying
 * again can help.
 *
 * <p>Whether an error is retryable is a property of the error and is decided where it is
 * classified, never by who catches it. Immutable; safe to share between threads.
 */
public final class SluiceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String remedy;

  public SluiceException(ErrorCode code, String message, String remedy) {
    this(code, message, remedy, null);
  }

  public SluiceException(ErrorCode code, String message, String remedy, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.remedy = Objects.requireNonNull(remedy, "remedy");
  }

  public ErrorCode code() {
    return code;
  }

  /** What the operator can do; never empty. */
  public String remedy() {
    return remedy;
  }

  /** True when the same action can succeed later without anybody changing anything. */
  public boolean retryable() {
    return code.retryable();
  }

  /** Code, message and remedy in one line, for a log or a terminal. */
  public String describe() {
    return code + ": " + getMessage() + " (" + remedy + ")";
  }
}
