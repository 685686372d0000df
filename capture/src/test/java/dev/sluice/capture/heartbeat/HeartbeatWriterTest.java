package dev.sluice.capture.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.keyspace.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HeartbeatWriterTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** By a clock that is ten times as fast: five seconds take half a second. */
  private final LagTracker lag = new LagTracker(() -> System.nanoTime() * 10);

  private HeartbeatWriter writer(int port, Supplier<String> password) {
    Endpoint endpoint = new Endpoint("127.0.0.1", port, "u", password, "s", Map::of);
    return new HeartbeatWriter(new MySqlSessions("test"), endpoint, "_sluice", "id", lag);
  }

  /** Else it would be the last beat, and nobody would know. */
  @Test
  void anErrorThatNobodyThoughtOfIsNotTheLastBeat() {
    AtomicInteger asked = new AtomicInteger();
    try (HeartbeatWriter writer =
        writer(
            1,
            () -> {
              asked.incrementAndGet();
              throw new IllegalArgumentException("the password's file is away");
            })) {
      writer.start();
      await().atMost(LIMIT).until(() -> asked.get() >= 2);
      assertThat(lag.failure()).contains("the password's file is away");
      assertThat(lag.lagSeconds()).isPositive();
    }
  }

  /** A server that takes the connection and never says a word. */
  @Test
  void aBeatThatHangsCountsAsFailing() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HeartbeatWriter writer = writer(mute.getLocalPort(), () -> "p")) {
      writer.start();
      await().atMost(LIMIT).until(() -> lag.failingNanos() > 0);
      assertThat(lag.lagSeconds()).isGreaterThanOrEqualTo(5);
    }
  }
}
