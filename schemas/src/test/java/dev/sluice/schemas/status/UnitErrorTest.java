package dev.sluice.schemas.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import org.junit.jupiter.api.Test;

class UnitErrorTest {

  /** A capture that wakes up after its takeover must not end the move of its successor. */
  @Test
  void onlyWhatNobodyGetsOverIsAnError() {
    assertThat(stateAfter(ErrorCode.KAFKA_UNAVAILABLE)).isEqualTo("retrying");
    assertThat(stateAfter(ErrorCode.FENCED)).isEqualTo("stopped");
    assertThat(stateAfter(ErrorCode.DDL_STOPPED)).isEqualTo("error");
  }

  private static String stateAfter(ErrorCode code) {
    return UnitError.stateOf(new SluiceException(code, "what", "how"));
  }
}
