package dev.sluice.server;

import dev.sluice.server.config.HttpSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses by which processes reach each other. */
final class Addresses {

  private Addresses() {}

  /**
   * HOST:PORT for others: as configured, else the address listened on, or this machine's name for
   * "any address".
   */
  static String advertised(HttpSettings http, int port) {
    if (http.advertised() != null) {
      return http.advertised();
    }
    try {
      boolean any = InetAddress.getByName(http.host()).isAnyLocalAddress();
      String host = any ? InetAddress.getLocalHost().getHostName() : http.host();
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    } catch (UnknownHostException e) {
      return http.host() + ":" + port;
    }
  }
}
