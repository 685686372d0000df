package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import io.debezium.util.LoggingContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What the engine only logs, in the engine's words. */
class EngineWatchTest {

  private static final Logger ENGINE =
      LoggerFactory.getLogger("io.debezium.connector.binlog.BinlogStreamingChangeEventSource");

  private final List<SluiceException> found = new ArrayList<>();

  private void logged(String engine, Runnable log) {
    try (EngineWatch watch = EngineWatch.start("mine", found::add, () -> {});
        MDC.MDCCloseable name = MDC.putCloseable(LoggingContext.CONNECTOR_NAME, engine)) {
      log.run();
    }
  }

  /** The words are those of BinlogStreamingChangeEventSource.handleServerIncident. */
  @Test
  void aServerThatHasLostChangesEndsTheStreamForGood() {
    logged("mine", () -> ENGINE.error("Server incident: {}", "Event{LOST_EVENTS}"));

    assertThat(found)
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(ErrorCode.BINLOG_INCIDENT);
              assertThat(error.retryable()).isFalse();
              assertThat(error.getMessage()).contains("LOST_EVENTS");
            });
  }

  @Test
  void anotherEnginesWordsAreNotHeard() {
    logged("another", () -> ENGINE.error("Server incident: {}", "Event{LOST_EVENTS}"));
    assertThat(found).isEmpty();
  }
}
