package dev.sluice.server.cli;

import java.util.concurrent.TimeUnit;

/** Reads the same path again and again while something is awaited. */
final class PatientGet {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_MILLIS = 500;

  private final ApiClient client;
  private final String path;

  PatientGet(ApiClient client, String path) {
    this.client = client;
    this.path = path;
  }

  /**
   * Asks; for a minute a server that is being replaced is waited for.
   *
   * @throws CliException when nobody answers for that long
   */
  ApiClient.Answer ask() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      boolean patient = System.nanoTime() < end;
      try {
        ApiClient.Answer answer = client.get(path);
        if (answer.status() < 500 || !patient) {
          return answer;
        }
      } catch (CliException e) {
        if (e.exitCode() != ExitCode.UNREACHABLE || !patient) {
          throw e;
        }
      }
      pause();
    }
  }

  static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
  }
}
