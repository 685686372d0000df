package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells a reader to type, typed line by line. */
class ReadmeIT {
  /** A quick start runs at the same time. */
  private static final Duration A_COMMAND = Duration.ofMinutes(5);

  private static final String BACKGROUND = "&";

  private static final Path HOME =
      Path.of(System.getProperty("user.dir")).toAbsolutePath().getParent();

  @TempDir private Path directory;
  private Process server;

  @AfterEach
  void endWhatRuns() throws IOException, InterruptedException {
    if (server != null) {
      server.destroy();
      server.waitFor(30, TimeUnit.SECONDS);
    }
    run("./sluice dev down", "down");
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void theCommandsUnderUsingItDoWhatTheySay() throws Exception {
    String section = usingIt();
    Files.writeString(directory.resolve("move.yaml"), block(section, "```yaml\n"));
    // as in a clone: the launcher and what it writes lie in the current directory
    Files.createSymbolicLink(directory.resolve("sluice"), HOME.resolve("sluice"));
    Files.createSymbolicLink(directory.resolve(".sluice"), HOME.resolve(".sluice"));

    List<String> lines = block(section, "```\n").lines().toList();
    assertThat(lines).hasSizeGreaterThan(8);
    int number = 0;
    for (String line : lines) {
      String command = line.replaceFirst("\\s+# .*", "").strip();
      if (command.endsWith(BACKGROUND)) {
        startServer(command.substring(0, command.length() - BACKGROUND.length()).strip());
      } else {
        String name = "command-" + number++;
        int exit = run(command, name);
        assertThat(exit).as("%s\n%s", line, output(name)).isZero();
      }
    }
  }

  private String usingIt() throws IOException {
    String readme = Files.readString(HOME.resolve("README.md"));
    int begin = readme.indexOf("\n## Using it\n");
    return readme.substring(begin, readme.indexOf("\n## ", begin + 1));
  }

  private static String block(String section, String opening) {
    Matcher block = Pattern.compile("\n" + opening + "(.*?)```", Pattern.DOTALL).matcher(section);
    assertThat(block.find()).as("a block that begins with %s", opening.strip()).isTrue();
    return block.group(1);
  }

  private void startServer(String command) throws IOException {
    server = process("exec " + command, "server").start();
    // a reader's next command comes some seconds later, when a controller is active
    await()
        .atMost(A_COMMAND)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              HttpURLConnection health =
                  (HttpURLConnection)
                      URI.create("http://127.0.0.1:15400/v1/workflows").toURL().openConnection();
              assertThat(health.getResponseCode()).as(output("server")).isEqualTo(200);
            });
  }

  private int run(String command, String name) throws IOException, InterruptedException {
    Process process = process(command, name).start();
    if (!process.waitFor(A_COMMAND.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " has not ended:\n" + output(name));
    }
    return process.exitValue();
  }

  private ProcessBuilder process(String command, String name) {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", command);
    builder.directory(directory.toFile());
    builder.environment().put("SLUICE_JAVA_OPTS", Launcher.SHORT_LIVED);
    builder.redirectErrorStream(true);
    builder.redirectOutput(directory.resolve(name + ".txt").toFile());
    return builder;
  }

  private String output(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".txt"));
  }
}
