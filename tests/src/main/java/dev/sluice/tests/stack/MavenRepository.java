package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fetches an artifact with the machine's own Maven and its settings. */
final class MavenRepository {
  private static final String COPY_GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy";

  private MavenRepository() {}

  /**
   * The only file of an artifact.
   *
   * @param coordinates {@code group:artifact:version[:type[:classifier]]}
   * @param directory an empty directory that receives the file
   */
  static Path fetch(String coordinates, Path directory) throws IOException {
    Path maven =
        Commands.onPath("mvn")
            .orElseThrow(() -> new IOException("no mvn on PATH to fetch " + coordinates));
    Commands.run(
        Duration.ofMinutes(10),
        directory,
        Map.of(),
        List.of(
            maven.toString(),
            "-q",
            "-B",
            COPY_GOAL,
            "-Dartifact=" + coordinates,
            "-DoutputDirectory=" + directory));
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .findFirst()
          .orElseThrow(() -> new IOException("mvn fetched nothing for " + coordinates));
    }
  }
}
