package dev.sluice.server.http;

import dev.sluice.controller.ControllerApi;
import dev.sluice.schemas.status.ControllerStatus;
import dev.sluice.schemas.status.StatusBoard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Where the active controller is: in this process, or in another one. Thread-safe. */
public final class ActiveController {

  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 100;

  private final Supplier<Optional<StatusBoard.Entry<ControllerStatus>>> status;
  private final Clock clock;
  private final String instance;
  private volatile ControllerApi here;

  /**
   * @param instance of this process
   */
  public ActiveController(
      Supplier<Optional<StatusBoard.Entry<ControllerStatus>>> status,
      Clock clock,
      String instance) {
    this.status = status;
    this.clock = clock;
    this.instance = instance;
  }

  /** Tells that the controller of this process is active; null: no longer. */
  public void set(ControllerApi api) {
    here = api;
  }

  /** The controller of this process while it is active. */
  public Optional<ControllerApi> here() {
    return Optional.ofNullable(here);
  }

  /** Base URL of the active controller in another process. */
  public Optional<String> elsewhere() {
    return status
        .get()
        .filter(entry -> !entry.stale(clock.instant(), FRESH))
        .map(StatusBoard.Entry::status)
        .filter(controller -> !controller.instance().equals(instance))
        .map(ControllerStatus::address);
  }

  /** Waits, bounded, until there is one in this process or in another. */
  boolean await() {
    Instant end = clock.instant().plus(WAIT);
    try {
      while (here == null && elsewhere().isEmpty() && clock.instant().isBefore(end)) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return here != null || elsewhere().isPresent();
  }
}
