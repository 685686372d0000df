package dev.sluice.controller.cutover;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;

/** Says what a failure is to whoever asked for the change of traffic. Stateless. */
final class SwitchErrors {

  private SwitchErrors() {}

  static SluiceException of(RuntimeException error) {
    if (!(error instanceof SluiceException known)) {
      return new SluiceException(
          ErrorCode.INTERNAL,
          "unexpected " + error,
          "look at the server's log and report a bug",
          error);
    }
    return known.code() == ErrorCode.MYSQL_CONTENTION ? timeout(known.getMessage()) : known;
  }

  /** Time ran out while something was waited for. */
  static SluiceException timeout(String what) {
    return new SluiceException(
        ErrorCode.SWITCH_TIMEOUT,
        what,
        "end what was in the way, or ask again with a longer --timeout");
  }
}
