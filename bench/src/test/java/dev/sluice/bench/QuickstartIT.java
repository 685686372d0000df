package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, as a user at a terminal runs it. */
class QuickstartIT {
  private static final Duration UNTIL_COPYING = Duration.ofMinutes(4);
  private static final Duration UNTIL_DONE = Duration.ofMinutes(6);

  /** What a user is told must be true after Ctrl-C: servers are stopped in order within this. */
  private static final Duration UNTIL_STOPPED = Duration.ofSeconds(30);

  private static final Path HOME =
      Path.of(System.getProperty("user.dir")).toAbsolutePath().getParent();

  @TempDir private Path directory;
  private Process process;

  @AfterEach
  void endWhatRuns() throws IOException, InterruptedException {
    if (process != null && process.isAlive()) {
      signal("TERM");
      process.waitFor(UNTIL_STOPPED.toSeconds(), TimeUnit.SECONDS);
      signal("KILL");
    }
  }

  @Test
  @Timeout(value = 12, unit = TimeUnit.MINUTES)
  void quickstartMovesTheSampleAndEndsEqual() throws Exception {
    quickstart();

    assertThat(process.waitFor(UNTIL_DONE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    assertThat(process.exitValue()).as(output()).isZero();
    assertThat(output())
        .contains(
            "customer", "corder", "missing 0, extra 0, different 0, duplicated 0, misplaced 0")
        .contains("no acknowledged write is lost or doubled");
    nothingIsLeft();
  }

  @Test
  @Timeout(value = 12, unit = TimeUnit.MINUTES)
  void ctrlCInTheCopyLeavesNoProcessBehind() throws Exception {
    quickstart();
    long deadline = System.nanoTime() + UNTIL_COPYING.toNanos();
    while (!output().contains("copying")) {
      assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).as(output()).isFalse();
      assertThat(System.nanoTime()).as(output()).isLessThan(deadline);
    }
    assertThat(leftOvers()).as("servers that run").hasSizeGreaterThan(4);

    signal("INT");

    assertThat(process.waitFor(UNTIL_STOPPED.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    assertThat(process.exitValue()).as("exit code, 128 + SIGINT").isEqualTo(130);
    nothingIsLeft();
  }

  /** The shells that guard the servers end a moment after them. */
  private static void nothingIsLeft() {
    await().atMost(UNTIL_STOPPED).untilAsserted(() -> assertThat(leftOvers()).isEmpty());
  }

  /**
   * In a process group of its own, as a shell with job control starts it, and with the default
   * action for SIGINT, which a build in the background has switched off for all it starts.
   */
  private void quickstart() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "env", "--default-signal=INT", "./sluice", "quickstart");
    builder.directory(HOME.toFile());
    builder.environment().put("SLUICE_JAVA_OPTS", Launcher.SHORT_LIVED);
    builder.redirectErrorStream(true);
    builder.redirectOutput(directory.resolve("output.txt").toFile());
    process = builder.start();
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("output.txt"), StandardCharsets.UTF_8);
  }

  /** To the whole group, as a terminal does. */
  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid()).start().waitFor();
  }

  /** Processes other than the launcher's whose command line names the quick start's directory. */
  private static List<String> leftOvers() {
    String mark = HOME.resolve(".sluice/quickstart").toString();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.flatMap(handle -> handle.info().commandLine().stream())
          .filter(line -> line.contains(mark))
          .toList();
    }
  }
}
