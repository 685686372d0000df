package dev.sluice.tests.stack;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.Toxic;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import java.io.IOException;
import java.time.Duration;

/** A network link by toxiproxy. */
final class ToxiproxyLink implements NetworkLink {
  private final Proxy proxy;
  private final int port;

  ToxiproxyLink(Proxy proxy, int port) {
    this.proxy = proxy;
    this.port = port;
  }

  /** An operation of toxiproxy's control interface. */
  private interface Operation {
    void run() throws IOException;
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void cut() {
    run(proxy::disable);
  }

  @Override
  public void stall() {
    run(
        () -> {
          for (ToxicDirection direction : ToxicDirection.values()) {
            // Time 0 means: nothing passes for as long as the toxic is there.
            proxy.toxics().timeout("stall-" + direction, direction, 0);
          }
        });
  }

  @Override
  public void delay(Duration time) {
    run(
        () -> {
          clear("delay-");
          for (ToxicDirection direction : ToxicDirection.values()) {
            proxy.toxics().latency("delay-" + direction, direction, time.toMillis());
          }
        });
  }

  @Override
  public void restore() {
    run(
        () -> {
          clear("");
          proxy.enable();
        });
  }

  @Override
  public void close() {
    run(proxy::delete);
  }

  private void clear(String prefix) throws IOException {
    for (Toxic toxic : proxy.toxics().getAll()) {
      if (toxic.getName().startsWith(prefix)) {
        toxic.remove();
      }
    }
  }

  private synchronized void run(Operation operation) {
    try {
      operation.run();
    } catch (IOException e) {
      throw new StackException("toxiproxy refused: " + e.getMessage(), e);
    }
  }
}
