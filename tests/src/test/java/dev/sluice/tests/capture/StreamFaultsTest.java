package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream does when the source does something that cannot be carried, or falls silent. */
@Tag("capture")
@ExtendWith(SharedStack.class)
class StreamFaultsTest {

  private static final Duration LONG = Duration.ofSeconds(40);

  /** An engine that was only missed would have a minute. */
  private static final Duration NOTICED = Duration.ofSeconds(25);

  private CaptureRig rig;
  private CaptureRig.Running running;

  @BeforeEach
  void startStream(StackScope scope) {
    rig = new CaptureRig(scope);
    rig.execute(
        "CREATE TABLE customer (customer_id INT NOT NULL PRIMARY KEY, email VARCHAR(200))",
        "CREATE TABLE other (id INT PRIMARY KEY)",
        "INSERT INTO customer VALUES (1, 'a'), (2, 'b')");
    rig.plan(Map.of("customer", "customer_id"));
    running = rig.start();
    await()
        .atMost(LONG)
        .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
    assertThat(running.failure()).isNull();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void endsWith(ErrorCode code) {
    Throwable failure = running.awaitFailure(LONG);
    assertThat(failure).isInstanceOf(SluiceException.class);
    assertThat(((SluiceException) failure).code()).as(failure.getMessage()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE customer ADD COLUMN more INT",
        "TRUNCATE TABLE customer",
        "RENAME TABLE customer TO former"
      })
  void ddlOnAMovedTableStopsBeforeIt(String ddl) {
    stopsBefore(ddl);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE customer ADD INDEX (email)",
        "CREATE INDEX e ON customer (email)",
        "DROP TABLE customer"
      })
  void moreDdlOnAMovedTableStopsBeforeIt(String ddl) {
    stopsBefore(ddl);
  }

  private void stopsBefore(String ddl) {
    rig.execute(
        "INSERT INTO customer VALUES (3, 'c')",
        "ALTER TABLE other ADD COLUMN more INT",
        "CREATE TABLE another (id INT PRIMARY KEY)",
        "INSERT INTO customer VALUES (4, 'd')",
        ddl);
    endsWith(ErrorCode.DDL_STOPPED);
    assertThat(running.failure()).hasMessageContaining("customer");
    assertThat(rig.replay().rows("customer")).hasSize(4);
  }

  @Test
  void xaIsRefused() {
    rig.execute(
        "XA START 'x'",
        "INSERT INTO customer VALUES (3, 'c')",
        "XA END 'x'",
        "XA PREPARE 'x'",
        "XA COMMIT 'x'");
    endsWith(ErrorCode.XA_TRANSACTION);
  }

  @Test
  void aChangeLoggedAsAStatementIsRefused() {
    rig.execute(
        "SET SESSION binlog_format = STATEMENT",
        "UPDATE customer SET email = 'x' WHERE customer_id = 1");
    endsWith(ErrorCode.STATEMENT_FORMAT);
  }

  @Test
  void aKilledBinaryLogConnectionIsNoticedAndNothingIsDoubled() throws SQLException {
    rig.execute("INSERT INTO customer VALUES (3, 'c')");
    long started = System.nanoTime();
    killDump();
    endsWith(ErrorCode.STREAM_BROKEN);
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .as("the engine's own end is among it, however busy the machine")
        .isLessThan(NOTICED);
    running = rig.start();
    rig.execute("INSERT INTO customer VALUES (4, 'd')");
    rig.awaitMarker();
    StreamReplay replay = rig.replay();
    assertThat(replay.rows("customer")).hasSize(4);
    assertThat(replay.gtids().values()).allMatch(count -> count == 1);
    assertThat(running.failure()).isNull();
  }

  @Test
  void aSecondCaptureShutsTheFirstOut() {
    CaptureRig.Running second = rig.start();
    rig.execute("INSERT INTO customer VALUES (3, 'c')");
    endsWith(ErrorCode.FENCED);
    rig.awaitMarker();
    assertThat(second.failure()).isNull();
    StreamReplay replay = rig.replay();
    assertThat(replay.rows("customer")).hasSize(3);
    assertThat(replay.gtids().values()).allMatch(count -> count == 1);
  }

  private void killDump() throws SQLException {
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%' AND USER = '"
                    + rig.source.user()
                    // the newest: those of streams that have ended stay until the server writes to
                    // them
                    + "' ORDER BY ID DESC")) {
      assertThat(row.next()).isTrue();
      long id = row.getLong(1);
      try (Statement kill = connection.createStatement()) {
        kill.execute("KILL " + id);
      }
    }
  }

  @Test
  void purgedBinaryLogsAreTerminal() {
    running.stop();
    rig.execute("INSERT INTO customer VALUES (3, 'c')");
    GtidSet unread = rig.executed();
    rig.execute("FLUSH BINARY LOGS", "INSERT INTO other VALUES (1)", "FLUSH BINARY LOGS");
    await()
        .atMost(LONG)
        .until(
            () -> {
              rig.execute("PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
              // a log that the stack's replica still reads stays for a moment
              return rig.purged(unread);
            });
    running = rig.start();
    endsWith(ErrorCode.BINLOG_PURGED);
  }

  @Test
  @Tag("soak")
  void aHugeTransactionPassesInPieces() throws SQLException {
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION cte_max_recursion_depth = 200000");
      statement.execute(
          "INSERT INTO customer WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 120009)"
              + " SELECT i, REPEAT('y', 190) FROM n");
    }
    rig.execute("UPDATE customer SET email = 'after' WHERE customer_id = 77");
    rig.awaitMarker();
    StreamReplay replay = rig.replay();
    assertThat(replay.rows("customer")).hasSize(120_002).containsEntry("77|", "77|after|");
    // a small transaction right behind it may share its cut
    assertThat(replay.cuts()).anyMatch(cut -> cut.records() >= 120_000);
    assertThat(replay.gtids().values()).allMatch(count -> count == 1);
  }
}
