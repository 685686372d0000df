package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("stack")
class LocalServerTest {
  @TempDir private Path directory;

  /** A server that answers as soon as its script has made a file. */
  private static final class ScriptServer extends LocalServer {
    private final String script;

    ScriptServer(Path stackDirectory, String script) {
      super("script", 1, stackDirectory);
      this.script = script;
    }

    @Override
    List<String> command() {
      return List.of("/bin/sh", "-c", script);
    }

    @Override
    void prepare() {}

    @Override
    boolean answers() {
      return Files.exists(directory().resolve("ready"));
    }
  }

  @Test
  void aServerThatEndsWhileItStartsFailsAtOnceWithItsLastWords() {
    ScriptServer server = new ScriptServer(directory, "echo cannot open the tablespace; exit 1");

    assertThatThrownBy(server::start)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("ended while it started")
        .hasMessageContaining("cannot open the tablespace")
        .hasMessageContaining(server.logFile().toString());
    assertThat(server.isRunning()).isFalse();
  }

  @Test
  void aServerThatIsStartingCanBeAbandoned() {
    ScriptServer server = new ScriptServer(directory, "exec sleep 600");
    CompletableFuture<Void> starting = CompletableFuture.runAsync(server::start);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(server::isRunning);

    server.abandon();

    assertThatThrownBy(() -> starting.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(StackException.class);
    assertThat(server.isRunning()).isFalse();
  }

  @Test
  void startingARunningServerChangesNothing() {
    ScriptServer server = new ScriptServer(directory, "touch ready; exec sleep 600");
    server.start();
    long pid = server.pid();

    server.start();

    assertThat(server.pid()).isEqualTo(pid);
    server.kill();
    assertThat(server.pid()).isEqualTo(-1);
  }
}
