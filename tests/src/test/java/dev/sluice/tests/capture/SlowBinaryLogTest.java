package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A binary log that takes its time: what is read for long need not be rows of a moved table. */
@Tag("soak")
@ExtendWith(SharedStack.class)
class SlowBinaryLogTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private CaptureRig rig;

  @AfterEach
  void stop() {
    rig.close();
  }

  /**
   * 40 MB of another table's rows take longer than the watchdog waits for an event, with heartbeats
   * behind them in the log: a stream that gave up would begin before them again, for ever.
   */
  @Test
  void aLargeTransactionOnATableThatIsNotMovedIsPassed(StackScope scope) throws Exception {
    rig = new CaptureRig(scope);
    rig.execute(
        "CREATE TABLE customer (customer_id INT NOT NULL PRIMARY KEY, email VARCHAR(200))",
        "CREATE TABLE big (id INT PRIMARY KEY, filling VARCHAR(200))",
        "INSERT INTO customer VALUES (1, 'a'), (2, 'b')");
    rig.plan(Map.of("customer", "customer_id"));
    try (SlowLink link = new SlowLink(rig.source.host(), rig.source.port())) {
      rig.through(rig.endpoint("127.0.0.1", link.port()));
      CaptureRig.Running running = rig.start();
      await()
          .atMost(LONG)
          .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
      assertThat(running.failure()).isNull();
      long epoch = rig.status().captureEpoch();

      fill(200_000);
      long written = System.nanoTime();
      rig.execute("INSERT INTO customer VALUES (3, 'c')");
      rig.awaitMarker();

      assertThat(Duration.ofNanos(System.nanoTime() - written))
          .as("long enough to be taken for silence")
          .isGreaterThan(Duration.ofSeconds(8));
      assertThat(rig.status().captureEpoch()).isEqualTo(epoch);
      assertThat(rig.replay().rows("customer")).hasSize(3);
    }
  }

  private void fill(int rows) throws SQLException {
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION cte_max_recursion_depth = " + rows);
      statement.execute(
          "INSERT INTO big WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + rows
              + ") SELECT i, REPEAT('y', 190) FROM n");
    }
  }

  /** Passes some 3 MB a second on from the server. */
  private static final class SlowLink implements AutoCloseable {
    private static final int PIECE = 32 * 1024;
    private static final long PIECE_MILLIS = 10;

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "slow-link");
              thread.setDaemon(true);
              return thread;
            });

    SlowLink(String host, int port) throws IOException {
      this.host = host;
      this.port = port;
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      threads.execute(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket client = listener.accept();
          Socket server = new Socket(host, port);
          client.setTcpNoDelay(true);
          server.setTcpNoDelay(true);
          threads.execute(() -> copy(client, server, 0));
          threads.execute(() -> copy(server, client, PIECE_MILLIS));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private static void copy(Socket from, Socket to, long pieceMillis) {
      byte[] piece = new byte[PIECE];
      try (from;
          to) {
        InputStream input = from.getInputStream();
        OutputStream output = to.getOutputStream();
        for (int length = input.read(piece); length >= 0; length = input.read(piece)) {
          Thread.sleep(length * pieceMillis / PIECE);
          output.write(piece, 0, length);
        }
      } catch (IOException | InterruptedException e) {
        // one side has closed, or the test is over
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      threads.shutdownNow();
    }
  }
}
