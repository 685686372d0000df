package dev.sluice.tests.stack;

import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A toxiproxy server as a guarded process. */
final class ToxiproxyServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private final GuardedProcess process;
  private final ToxiproxyClient client;

  private ToxiproxyServer(GuardedProcess process, ToxiproxyClient client) {
    this.process = process;
    this.client = client;
  }

  /**
   * @param port of its control interface
   * @throws StackException when it does not answer in time
   */
  static ToxiproxyServer start(Path program, int port, Path stackDirectory) {
    Path log = stackDirectory.resolve("logs").resolve("toxiproxy.log");
    try {
      Path data = Files.createDirectories(stackDirectory.resolve("data"));
      Files.createDirectories(log.getParent());
      List<String> command =
          List.of(program.toString(), "-host", "127.0.0.1", "-port", String.valueOf(port));
      GuardedProcess process =
          GuardedProcess.start(command, Map.of(), data, log, data.resolve("toxiproxy.pid"));
      ToxiproxyServer server = new ToxiproxyServer(process, new ToxiproxyClient("127.0.0.1", port));
      server.awaitAnswer(log);
      return server;
    } catch (IOException e) {
      throw new StackException("toxiproxy cannot be started: " + e.getMessage(), e);
    }
  }

  private void awaitAnswer(Path log) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers()) {
      if (process.waitFor(Duration.ofMillis(25)) || System.nanoTime() > deadline) {
        process.kill();
        throw new StackException("toxiproxy did not come up:\n" + LogTail.of(log, 20));
      }
    }
  }

  private boolean answers() {
    try {
      return client.version() != null;
    } catch (IOException notYet) {
      return false;
    }
  }

  NetworkLink link(String name, int port, String serverHost, int serverPort) {
    try {
      String proxyName = name.replace('/', '_');
      return new ToxiproxyLink(
          client.createProxy(proxyName, "127.0.0.1:" + port, serverHost + ":" + serverPort), port);
    } catch (IOException e) {
      throw new StackException(
          "toxiproxy opened no link in front of " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    process.kill();
  }
}
