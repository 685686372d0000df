package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A capture cut off at any point goes on from the journal, and every source transaction is there
 * once (I3).
 */
@Tag("capture")
@ExtendWith(SharedStack.class)
class PausePointsTest {

  private static final Duration LONG = Duration.ofSeconds(40);
  private static final long SEED = 4_711;

  @TempDir Path directory;
  private CaptureRig rig;
  private volatile boolean writing = true;
  private Thread writer;

  @BeforeEach
  void startWriting(StackScope scope) {
    rig = new CaptureRig(scope);
    rig.execute(
        "CREATE TABLE customer (customer_id INT NOT NULL PRIMARY KEY, email VARCHAR(200), n INT NOT NULL)",
        "SET SESSION cte_max_recursion_depth = 100000",
        "INSERT INTO customer WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
            + " SELECT i, CONCAT('c', i), i FROM n");
    rig.plan(Map.of("customer", "customer_id"));
    writer = new Thread(this::write, "writer");
    writer.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    writing = false;
    writer.join(10_000);
    rig.close();
  }

  private void write() {
    Random random = new Random(SEED);
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      while (writing) {
        int id = 1 + random.nextInt(60_000);
        statement.execute("DELETE FROM customer WHERE customer_id = " + id);
        statement.execute(
            "INSERT INTO customer VALUES (" + id + ", 'w', " + random.nextInt() + ")");
        statement.execute(
            "UPDATE IGNORE customer SET customer_id = "
                + (1 + random.nextInt(60_000))
                + ", n = n + 1 WHERE customer_id = "
                + (1 + random.nextInt(60_000)));
        connection.commit();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<String> points() {
    return CapturePausePoints.all().stream()
        .filter(point -> !point.equals(CapturePausePoints.MID_TRANSACTION_COMMITTED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CapturePausePoints.BEFORE_CUT_SEND,
        CapturePausePoints.COPY_BEFORE_COMMIT,
        CapturePausePoints.AFTER_MARKER
      })
  void goesOnAfterASampleOfPoints(String point) throws SQLException, InterruptedException {
    goesOnAfter(point);
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("points")
  void goesOnAfterEachPoint(String point) throws SQLException, InterruptedException {
    goesOnAfter(point);
  }

  private void goesOnAfter(String point) throws SQLException, InterruptedException {
    PausePoints pausePoints =
        PausePoints.fromEnvironment(
            Map.of("SLUICE_PAUSE", point, "SLUICE_PAUSE_DIR", directory.toString()));
    CaptureRig.Running first = rig.start(options(), pausePoints);
    await()
        .atMost(LONG)
        .until(() -> !first.isAlive() || Files.exists(directory.resolve(point + ".reached")));
    assertThat(first.failure()).isNull();
    first.interrupt();
    CaptureRig.Running second = rig.start(options(), PausePoints.off());
    await().atMost(LONG).until(() -> !second.isAlive() || rig.status().consistent());
    assertThat(second.failure()).isNull();
    writing = false;
    writer.join(10_000);
    rig.awaitMarker();
    StreamReplay replay = rig.replay();
    assertThat(replay.gtids().values()).allMatch(count -> count == 1);
    assertThat(replay.rows("customer"))
        .isEqualTo(rig.sourceRows("customer", List.of("customer_id")));
  }

  private static WorkflowOptions options() {
    return new WorkflowOptions(null, null, "200ms", null, null, null, null, null, null, null, null);
  }
}
