package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("stack")
class GuardedProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private GuardedProcess start(String... command) {
    return GuardedProcess.start(
        List.of(command), Map.of(), directory, directory.resolve("log"), directory.resolve("pid"));
  }

  private static boolean isThere(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void theProcessIsTheOneWhoseIdIsGiven() throws Exception {
    GuardedProcess process = start("/bin/sh", "-c", "echo $$ > new; mv new own; exec sleep 600");

    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("own")));
    process.kill();

    assertThat(Files.readString(directory.resolve("own")).trim())
        .isEqualTo(String.valueOf(process.pid()));
    assertThat(isThere(process.pid())).isFalse();
  }

  @Test
  void aProcessThatEndsByItselfIsSeenToEnd() {
    GuardedProcess process = start("/bin/sh", "-c", "echo gone wrong; exit 3");

    assertThat(process.waitFor(PATIENCE)).isTrue();
    assertThat(LogTail.of(directory.resolve("log"), 5)).contains("gone wrong");
  }

  @Test
  void aProcessThatIgnoresTheRequestToEndIsKilled() {
    GuardedProcess process = start("/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done");

    process.stop(Duration.ofMillis(300));

    assertThat(process.isAlive()).isFalse();
    assertThat(isThere(process.pid())).isFalse();
  }

  @Test
  void aKilledOwnerTakesAFrozenProcessWithIt() throws Exception {
    Process owner =
        new ProcessBuilder(
                JavaCommand.of(
                    List.of(
                        "-cp",
                        JavaCommand.classPath(),
                        Owner.class.getName(),
                        directory.toString())))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path pidFile = directory.resolve("owned");
    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(pidFile));
    long pid = Long.parseLong(Files.readString(pidFile));
    assertThat(isThere(pid)).isTrue();

    owner.destroyForcibly();
    assertThat(owner.waitFor(20, TimeUnit.SECONDS)).isTrue();

    Awaitility.await().atMost(PATIENCE).until(() -> !isThere(pid));
  }

  /** Owns a frozen process until it is killed. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      GuardedProcess process =
          GuardedProcess.start(
              List.of("sleep", "600"),
              Map.of(),
              directory,
              directory.resolve("log"),
              directory.resolve("pid"));
      process.signal("STOP");
      Path unfinished = directory.resolve("owned.unfinished");
      Files.writeString(unfinished, String.valueOf(process.pid()));
      Files.move(unfinished, directory.resolve("owned"));
      new CountDownLatch(1).await();
    }
  }
}
