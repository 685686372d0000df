package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Where the binary log client says nothing, Sluice recovers within seconds or stops with a clear
 * error.
 */
@Tag("fidelity")
@ExtendWith(SharedStack.class)
class DebeziumSilencesTest {

  private static final SampleSize SIZE = new SampleSize(500, 1_500, 50, 9);

  /**
   * Five on an idle machine. What is to be noticed is a stream that waits for an engine which has
   * nothing to say any more: that would be a minute at least.
   */
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final String ALL = Layout.ALL_IN_ONE.processes().get(0);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aDumpConnectionKilledByTheServerIsReplacedWithinSeconds(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.write(60).start(Layout.ALL_IN_ONE).create().awaitState("running").awaitWrites(60);

      recovers(move, () -> assertThat(killDumpConnections(move)).isPositive());
      move.awaitWrites(60);
      Verdict.everythingIsEqual(move);
      move.cancel();
    }
  }

  @Tag("soak")
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aHandlerBlockedInsideALargeTransactionDoublesNothing(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      SluiceProcess process =
          move.processes.replace(ALL, CapturePausePoints.MID_TRANSACTION).awaitUp();
      BigTransaction.insertOrders(move, 20_000);
      move.awaitPaused(process, CapturePausePoints.MID_TRANSACTION);
      move.write(60);

      // longer than any keep-alive interval of the client; the time itself is what is tested
      await()
          .pollDelay(Duration.ofSeconds(30))
          .timeout(Duration.ofSeconds(40))
          .until(process::isAlive);
      recovers(move, () -> process.release(CapturePausePoints.MID_TRANSACTION));
      move.awaitWrites(60);
      Verdict.everythingIsEqual(move);
      move.cancel();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void transactionsThatTheStreamCannotPlaceStopItWithAClearError(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      move.onSource(
          "XA START 'sluice-test'",
          "UPDATE corder SET quantity = 1000 WHERE order_id = 1",
          "XA END 'sluice-test'",
          "XA PREPARE 'sluice-test'",
          "XA COMMIT 'sluice-test'");
      assertStoppedWith(move, "XA_TRANSACTION");
      move.cancel();

      move.rename(scope.workflow() + "-st");
      move.create().awaitState("running");
      move.onSource(
          "SET SESSION binlog_format = 'STATEMENT'",
          "UPDATE corder SET quantity = 1001 WHERE order_id = 2");
      assertStoppedWith(move, "STATEMENT_FORMAT");
      move.cancel();
    }
  }

  private interface Event {
    void happen() throws Exception;
  }

  /**
   * What is written from the event on is on the target within the limit, counted from the event.
   */
  private static void recovers(Move move, Event event) throws Exception {
    Verdict verdict = new Verdict(move);
    long began = System.nanoTime();
    event.happen();
    verdict.markerPassesWithin(Duration.ofSeconds(60));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(RECOVERY);
  }

  private static void assertStoppedWith(Move move, String code) {
    move.awaitState("error");
    JsonNode error = move.status().path("error");
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("message").asText()).isNotBlank();
    assertThat(error.path("remedy").asText()).isNotBlank();
  }

  /** The replica of the stack reads the binary log too, under another account. */
  private static int killDumpConnections(Move move) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = move.stack.source().connectAsAdmin("");
        Statement statement = connection.createStatement()) {
      String sql =
          "SELECT id FROM performance_schema.processlist WHERE command LIKE 'Binlog Dump%' AND user = '"
              + move.stack.source().user()
              + "'";
      try (ResultSet result = statement.executeQuery(sql)) {
        while (result.next()) {
          ids.add(result.getLong(1));
        }
      }
      for (long id : ids) {
        statement.execute("KILL " + id);
      }
    }
    return ids.size();
  }
}
