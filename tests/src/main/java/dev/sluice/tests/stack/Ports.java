package dev.sluice.tests.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Hands out ports that are free now, each once. They lie below the range from which operating
 * systems take the ports of outgoing connections: a port from that range could be taken while its
 * server is stopped. Two processes that start stacks at the same time get different ones.
 * Thread-safe.
 */
public final class Ports {
  private static final PortClaims CLAIMS = new PortClaims();
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 31_999;
  private static final int ATTEMPTS = 1_000;

  private final Random random = new SecureRandom();
  private final Set<Integer> handedOut = new HashSet<>();
  private int next;

  /** Free ports anywhere for 0, else the consecutive ones from {@code firstPort}. */
  public Ports(int firstPort) {
    this.next = firstPort;
  }

  /**
   * A port that was free a moment ago.
   *
   * @throws StackException when there is none
   */
  public synchronized int take() {
    if (next != 0) {
      int port = next++;
      if (!isFree(port)) {
        throw new StackException("port " + port + " is in use; choose another first port");
      }
      return port;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = LOWEST + random.nextInt(HIGHEST - LOWEST + 1);
      if (!handedOut.contains(port) && CLAIMS.claim(port) && isFree(port)) {
        handedOut.add(port);
        return port;
      }
    }
    throw new StackException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
