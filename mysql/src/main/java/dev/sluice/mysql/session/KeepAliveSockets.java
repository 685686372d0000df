package dev.sluice.mysql.session;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that are kept alive often: while a server builds an index nothing is sent for hours, and
 * what stands between (a load balancer, NAT) forgets such a connection after minutes without a word
 * to either side. The system's own keep-alive begins after two hours. Made by the driver, by name.
 */
public final class KeepAliveSockets extends StandardSocketFactory {

  /** Seconds of silence before the first probe, between probes, and how many stay unanswered. */
  private static final Map<SocketOption<Integer>, Integer> OPTIONS =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE,
          30,
          ExtendedSocketOptions.TCP_KEEPINTERVAL,
          10,
          ExtendedSocketOptions.TCP_KEEPCOUNT,
          6);

  @Override
  protected Socket createSocket(PropertySet properties) {
    Socket socket = super.createSocket(properties);
    try {
      for (Map.Entry<SocketOption<Integer>, Integer> option : OPTIONS.entrySet()) {
        if (socket.supportedOptions().contains(option.getKey())) {
          socket.setOption(option.getKey(), option.getValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return socket;
  }
}
