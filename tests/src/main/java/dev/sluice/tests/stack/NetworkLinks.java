package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of one stack: by toxiproxy where its server is on PATH, else inside this JVM. Not
 * thread-safe.
 */
final class NetworkLinks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkLinks.class);

  private final Map<String, NetworkLink> links = new LinkedHashMap<>();
  private final Path stackDirectory;
  private final Ports ports;
  private ToxiproxyServer toxiproxy;

  NetworkLinks(Path stackDirectory, Ports ports) {
    this.stackDirectory = stackDirectory;
    this.ports = ports;
  }

  /** Puts a link, on a given port of this machine, in front of a server. */
  void open(String name, int port, String serverHost, int serverPort) {
    Optional<Path> program = Commands.onPath("toxiproxy-server");
    if (program.isPresent()) {
      if (toxiproxy == null) {
        toxiproxy = ToxiproxyServer.start(program.get(), ports.take(), stackDirectory);
      }
      links.put(name, toxiproxy.link(name, port, serverHost, serverPort));
    } else {
      if (links.isEmpty()) {
        LOG.info("no toxiproxy-server on PATH: network faults are made by a proxy in this process");
      }
      links.put(name, new TcpLink(name, port, serverHost, serverPort));
    }
  }

  /**
   * The link in front of a server.
   *
   * @throws StackException when there is none
   */
  NetworkLink of(String serverName) {
    NetworkLink link = links.get(serverName);
    if (link == null) {
      throw new StackException("there is no link in front of " + serverName);
    }
    return link;
  }

  @Override
  public void close() {
    links.values().forEach(NetworkLink::close);
    if (toxiproxy != null) {
      toxiproxy.close();
    }
  }
}
