package dev.sluice.tests.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs that run to their end. */
final class Commands {
  private Commands() {}

  /**
   * Runs a program and answers what it wrote.
   *
   * @throws IOException when it fails or does not end in time, with its last lines
   */
  static String run(
      Duration limit, Path workingDirectory, Map<String, String> environment, List<String> command)
      throws IOException {
    Path output = Files.createTempFile("sluice-command", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(workingDirectory.toFile());
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true);
      builder.redirectInput(new File("/dev/null"));
      builder.redirectOutput(output.toFile());
      int status = await(builder.start(), limit, command.get(0));
      String text = Files.readString(output);
      if (status != 0) {
        throw new IOException(command.get(0) + " ended with " + status + ": " + lastLines(text));
      }
      return text;
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static int await(Process process, Duration limit, String program) throws IOException {
    try {
      if (process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + program + " ran", e);
    } finally {
      process.destroyForcibly();
    }
    throw new IOException(program + " did not end within " + limit.toSeconds() + " s");
  }

  private static String lastLines(String text) {
    List<String> lines = text.lines().toList();
    return String.join("\n  ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
  }

  /** The program's place on PATH. */
  static Optional<Path> onPath(String program) {
    String path = System.getenv("PATH");
    if (path == null) {
      return Optional.empty();
    }
    return List.of(path.split(File.pathSeparator)).stream()
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
