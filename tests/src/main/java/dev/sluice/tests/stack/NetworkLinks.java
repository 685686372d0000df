package dev.sluice.tests.stack;

/** Opens network links. */
final class NetworkLinks {
  private NetworkLinks() {}

  /** A link from a port of this machine to a server. */
  static NetworkLink open(String name, int port, String serverHost, int serverPort) {
    return new TcpLink(name, port, serverHost, serverPort);
  }
}
