package dev.sluice.schemas.status;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;

/** An error as status shows it. */
public record UnitError(String code, String message, String remedy, boolean retryable) {

  public static UnitError of(SluiceException error) {
    return new UnitError(
        error.code().name(), error.getMessage(), error.remedy(), error.retryable());
  }

  /**
   * The state of a unit that ends with the error. Who was fenced has a successor, whose word
   * counts: its own end is nothing that the workflow has to be told of.
   */
  public static String stateOf(SluiceException error) {
    if (error.retryable()) {
      return "retrying";
    }
    return error.code() == ErrorCode.FENCED ? "stopped" : "error";
  }
}
