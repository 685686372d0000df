package dev.sluice.bench;

/** How the tests run the launcher. */
final class Launcher {

  /**
   * For {@code SLUICE_JAVA_OPTS}: what runs for two minutes pays for the second compiler and has
   * little of it.
   */
  static final String SHORT_LIVED =
      "-XX:TieredStopAtLevel=1 -Dsluice.process.options=-XX:TieredStopAtLevel=1";

  private Launcher() {}
}
