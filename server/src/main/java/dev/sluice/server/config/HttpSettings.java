package dev.sluice.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;

/**
 * The {@code http} part of sluice.yaml.
 *
 * @param host address to listen on
 * @param port 0 for a free one
 * @param advertised HOST:PORT that other processes reach this one by; null for the address listened
 *     on
 * @param tokens who may call; empty only on loopback
 */
public record HttpSettings(String host, int port, String advertised, List<Token> tokens) {

  /** What a token's bearer may do. */
  public enum Access {
    /** Look at everything. */
    VIEWER,
    /** Change things too. */
    OPERATOR
  }

  /**
   * A token.
   *
   * @param name who uses it; stands in the history
   */
  public record Token(String name, String token, Access access) {

    public Token {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(access, "access");
    }

    @Override
    public String toString() {
      return "Token[" + name + ", " + access + "]";
    }
  }

  public HttpSettings {
    tokens = List.copyOf(tokens);
  }

  /**
   * Listens elsewhere.
   *
   * @param listen HOST:PORT
   * @throws IllegalArgumentException when it is not that
   */
  public HttpSettings listening(String listen) {
    int colon = listen.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("\"" + listen + "\" is not HOST:PORT");
    }
    String name = listen.substring(0, colon).replaceAll("^\\[|]$", "");
    try {
      int number = Integer.parseInt(listen.substring(colon + 1));
      if (number >= 0 && number <= 65_535) {
        return new HttpSettings(name, number, advertised, tokens);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + listen + "\" has no port number", e);
    }
    throw new IllegalArgumentException("\"" + listen + "\": the port is not between 0 and 65535");
  }

  /** True when only this machine can connect. */
  public boolean loopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
