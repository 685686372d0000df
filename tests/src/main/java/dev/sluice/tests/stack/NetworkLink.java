package dev.sluice.tests.stack;

import java.time.Duration;

/**
 * A stretch of network between clients and one server, under a test's control. A new link passes
 * everything on at once. Thread-safe.
 */
public interface NetworkLink extends AutoCloseable {
  /** The address clients use to go through the link. */
  String host();

  /** The port clients use to go through the link. */
  int port();

  /** Drops every connection and accepts none until {@link #restore()}. */
  void cut();

  /**
   * Keeps connections open but lets no byte pass, in either direction, until {@link #restore()}.
   */
  void stall();

  /**
   * Delays what passes, in each direction; bounded only by what the sender buffers. Zero takes the
   * delay away.
   */
  void delay(Duration time);

  /** Ends a cut or a stall and takes a delay away. */
  void restore();

  /** Ends the link; clients can no longer use it. */
  @Override
  void close();
}
