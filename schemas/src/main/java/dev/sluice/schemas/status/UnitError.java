package dev.sluice.schemas.status;

import dev.sluice.schemas.error.SluiceException;

/** An error as status shows it. */
public record UnitError(String code, String message, String remedy, boolean retryable) {

  public static UnitError of(SluiceException error) {
    return new UnitError(
        error.code().name(), error.getMessage(), error.remedy(), error.retryable());
  }
}
