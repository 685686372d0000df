package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every kind of network link does, in front of a server that sends back what it gets. */
abstract class NetworkLinkContract {
  private static final int READ_LIMIT_MILLIS = 10_000;
  private static final int SHORT_MILLIS = 300;

  private ServerSocket echoServer;
  private NetworkLink link;

  /** A link from a free port to a server on this machine. */
  abstract NetworkLink open(int port, int serverPort);

  @BeforeEach
  void start() throws IOException {
    echoServer = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "echo");
    thread.setDaemon(true);
    thread.start();
    link = open(new Ports(0).take(), echoServer.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    echoServer.close();
  }

  private void serve() {
    while (!echoServer.isClosed()) {
      try {
        Socket socket = echoServer.accept();
        Thread thread = new Thread(() -> echo(socket), "echo-connection");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      InputStream input = socket.getInputStream();
      for (int value = input.read(); value >= 0; value = input.read()) {
        socket.getOutputStream().write(value);
      }
    } catch (IOException ended) {
      assertThat(ended).isNotNull();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(link.host(), link.port());
    socket.setSoTimeout(READ_LIMIT_MILLIS);
    return socket;
  }

  private static int echoed(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
    return socket.getInputStream().read();
  }

  @Test
  void passesOnWhatIsSent() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 42)).isEqualTo(42);
    }
  }

  @Test
  void aCutEndsConnectionsAndARestoredLinkTakesNewOnes() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);

      link.cut();

      assertThat(endsOrFails(socket)).isTrue();
      assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
    link.restore();
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 2)).isEqualTo(2);
    }
  }

  private static boolean endsOrFails(Socket socket) {
    try {
      return echoed(socket, 9) < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void aStalledLinkKeepsConnectionsButPassesNothing() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      link.stall();
      socket.setSoTimeout(SHORT_MILLIS);

      assertThatThrownBy(() -> echoed(socket, 2)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aDelayHoldsInEachDirectionUntilTheLinkIsRestored() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      link.delay(Duration.ofMillis(150));
      long began = System.nanoTime();

      assertThat(echoed(socket, 2)).isEqualTo(2);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(290));
      link.restore();
      assertThat(echoed(socket, 3)).isEqualTo(3);
    }
  }
}
