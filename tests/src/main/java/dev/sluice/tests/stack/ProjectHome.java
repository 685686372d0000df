package dev.sluice.tests.stack;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the directory below which {@code .sluice} lies. */
public final class ProjectHome {
  private ProjectHome() {}

  /**
   * The system property {@code sluice.home}; else the nearest directory upwards that holds the
   * launcher {@code sluice}; else the working directory.
   */
  public static Path find() {
    String configured = System.getProperty("sluice.home");
    if (configured != null) {
      return Path.of(configured).toAbsolutePath().normalize();
    }
    Path working = Path.of("").toAbsolutePath();
    for (Path candidate = working; candidate != null; candidate = candidate.getParent()) {
      if (Files.isRegularFile(candidate.resolve("sluice"))
          && Files.isRegularFile(candidate.resolve("pom.xml"))) {
        return candidate;
      }
    }
    return working;
  }
}
