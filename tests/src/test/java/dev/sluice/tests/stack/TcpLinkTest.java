package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("stack")
class TcpLinkTest extends NetworkLinkContract {
  @Override
  NetworkLink open(int port, int serverPort) {
    return new TcpLink("test", port, "127.0.0.1", serverPort);
  }

  @Test
  void aServerThatRefusesEndsTheClientsConnection() throws Exception {
    Ports ports = new Ports(0);
    try (NetworkLink link = new TcpLink("nobody", ports.take(), "127.0.0.1", ports.take());
        Socket socket = new Socket(link.host(), link.port())) {
      socket.setSoTimeout(10_000);

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
