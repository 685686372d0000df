package dev.sluice.tests.stack;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Runs where a toxiproxy server is on PATH. */
@Tag("stack")
class ToxiproxyLinkTest extends NetworkLinkContract {
  private static ToxiproxyServer server;

  @BeforeAll
  static void startServer(@TempDir Path directory) {
    assumeThat(Commands.onPath("toxiproxy-server")).as("toxiproxy-server is on PATH").isPresent();
    server =
        ToxiproxyServer.start(
            Commands.onPath("toxiproxy-server").orElseThrow(), new Ports(0).take(), directory);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  NetworkLink open(int port, int serverPort) {
    return server.link("test", port, "127.0.0.1", serverPort);
  }
}
