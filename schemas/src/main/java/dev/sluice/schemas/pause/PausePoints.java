package dev.sluice.schemas.pause;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Named places at which a crash test can hold the running program: the point writes {@code
 * NAME.reached} into a directory and waits until {@code NAME.go} exists there. Off unless {@code
 * SLUICE_PAUSE} names points. Thread-safe.
 */
public final class PausePoints {

  private static final long POLL_NANOS = 5_000_000L;

  private final Set<String> active;
  private final Path directory;

  private PausePoints(Set<String> active, Path directory) {
    this.active = active;
    this.directory = directory;
  }

  /** No points. */
  public static PausePoints off() {
    return new PausePoints(Set.of(), null);
  }

  /**
   * Reads {@code SLUICE_PAUSE} (names, comma separated) and {@code SLUICE_PAUSE_DIR}.
   *
   * @throws IllegalArgumentException when points are named but no directory is
   */
  public static PausePoints fromEnvironment(Map<String, String> environment) {
    String names = environment.getOrDefault("SLUICE_PAUSE", "");
    if (names.isBlank()) {
      return off();
    }
    String directory = environment.get("SLUICE_PAUSE_DIR");
    if (directory == null || directory.isBlank()) {
      throw new IllegalArgumentException(
          "SLUICE_PAUSE names pause points, but SLUICE_PAUSE_DIR is not set");
    }
    return new PausePoints(Set.of(names.trim().split("\\s*,\\s*")), Path.of(directory));
  }

  /**
   * Waits here if a test holds this point; costs a set look-up otherwise. An interrupt ends the
   * wait.
   */
  public void at(String name) {
    if (!active.contains(name)) {
      return;
    }
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(name + ".reached"), "");
      Path go = directory.resolve(name + ".go");
      while (!Files.exists(go) && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("pause point " + name, e);
    }
  }
}
