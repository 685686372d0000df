package dev.sluice.tests.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.vindex.Sha256Vindex;
import dev.sluice.server.cli.Verbs;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

/**
 * What operators do to a running move: each is a clear error, nothing is lost, and the move goes on
 * when the cause is gone, in the same process.
 */
@Tag("crash")
@ExtendWith(SharedStack.class)
class OperatorFaultsTest {

  private static final double WRITES_PER_SECOND = 60;
  private static final String SHARD = "-80";
  private static final int NO_SUCH_THREAD = 1094;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aMoveOutlivesAWrongPasswordAnUnreachableShardAndARowInItsWay(Stack stack, StackScope scope)
      throws Exception {
    MysqlServer target = stack.target(SHARD);
    Path secret = Files.createTempFile("sluice-password", "");
    Files.writeString(secret, target.password());
    try (Move move =
        Move.of(
            stack,
            scope,
            SampleSize.SMALL,
            scope.serverConfig().withPassword(target.name(), "${file:" + secret + "}"),
            384)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create().awaitState("running");
      assertThat(statusVerb(move)).as("all is well").isZero();

      Files.writeString(secret, "of yesterday");
      endAppliers(target, scope);
      awaitRetried(move, "MYSQL_ACCESS_DENIED");
      Files.writeString(secret, target.password());
      awaitRecovered(move);

      target.kill();
      awaitRetried(move, "MYSQL_UNAVAILABLE");
      target.start();
      awaitRecovered(move);

      aRowInTheWay(move, target, scope);

      Verdict.everythingIsEqual(move);
      move.cancel();
    } finally {
      Files.delete(secret);
    }
  }

  /** The same on the side that is read: the engine and the copy's readers log in, too. */
  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aMoveOutlivesAWrongPasswordAndAStopOfItsSource(Stack stack, StackScope scope)
      throws Exception {
    MysqlServer source = stack.source();
    Path secret = Files.createTempFile("sluice-password", "");
    Files.writeString(secret, source.password());
    try (Move move =
        Move.of(
            stack,
            scope,
            new SampleSize(3_000, 9_000, 100, 3),
            scope.serverConfig().withPassword(source.name(), "${file:" + secret + "}"),
            384)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE);
      move.create(Map.of("copy.slice", "100ms"));
      move.awaitState("copying");

      for (String state : List.of("copying", "running")) {
        Files.writeString(secret, "of yesterday");
        endSessions(source, "PROCESSLIST_USER = '" + source.user() + "'");
        awaitStreamRetried(move, "MYSQL_ACCESS_DENIED");
        Files.writeString(secret, source.password());
        move.awaitState("running");
        awaitRecovered(move);
        assertThat(move.status().path("state").asText()).as("after %s", state).isEqualTo("running");
      }

      Verdict.everythingIsEqual(move);
      move.cancel();
    } finally {
      Files.delete(secret);
    }
  }

  private static void awaitStreamRetried(Move move, String code) {
    move.awaitThat(
        "a stream's error " + code,
        () -> move.status().path("error").path("code").asText().equals(code));
    assertThat(move.status().path("state").asText()).isIn("copying", "running");
    assertThat(move.status().path("error").path("remedy").asText()).isNotEmpty();
    assertThat(statusVerb(move)).as("exit code of status").isEqualTo(1);
  }

  /** Somebody writes a row to the target whose unique value the source gives to another row. */
  private static void aRowInTheWay(Move move, MysqlServer target, StackScope scope)
      throws Exception {
    String email = "in-the-way@example.org";
    // a key of the shard -80 that the ledger's writer does not know
    long key = 900_000_001L;
    while (new Sha256Vindex().keyspaceId(Long.toString(key).getBytes(US_ASCII)) < 0) {
      key++;
    }
    // past the target's fence, and unseen by the way back
    VDiffCalls.plant(
        target,
        scope.targetSchema(),
        "INSERT INTO customer (customer_id, email, full_name, created_at) VALUES (-77, '"
            + email
            + "', 'a stranger', NOW(6))");
    move.onSource(
        "INSERT INTO customer (customer_id, email, full_name, created_at) VALUES ("
            + key
            + ", '"
            + email
            + "', 'one', NOW(6))");
    move.awaitState("error");
    JsonNode error = move.status().path("error");
    assertThat(error.path("code").asText()).isEqualTo("TARGET_REFUSED_ROW");
    assertThat(error.path("message").asText()).contains("customer", "email", "-77");
    assertThat(statusVerb(move)).as("exit code of status").isEqualTo(1);

    VDiffCalls.plant(target, scope.targetSchema(), "DELETE FROM customer WHERE customer_id = -77");
    assertThat(move.processes.client().act(move.workflow(), "start", "cured").code())
        .isEqualTo(202);
    move.awaitState("running");
    awaitRecovered(move);
    move.onSource("DELETE FROM customer WHERE customer_id = " + key);
  }

  static void awaitRetried(Move move, String code) {
    move.awaitThat(
        "an error " + code,
        () -> {
          JsonNode status = move.status();
          return status.path("error").path("code").asText().equals(code)
              && status.path("appliers").findValuesAsText("retryingSince").stream()
                  .anyMatch(since -> !since.equals("null"));
        });
    assertThat(move.status().path("state").asText()).isEqualTo("running");
    assertThat(statusVerb(move)).as("exit code of status").isEqualTo(1);
  }

  static void awaitRecovered(Move move) {
    move.awaitThat(
        "no error",
        () -> {
          JsonNode status = move.status();
          return status.path("error").isNull()
              && status.path("appliers").findValuesAsText("state").stream()
                  .allMatch("applying"::equals);
        });
    move.awaitWrites(20);
  }

  static int statusVerb(Move move) {
    CommandLine commandLine = Verbs.commandLine();
    commandLine.setOut(new PrintWriter(new StringWriter()));
    return commandLine.execute(
        "status", move.workflow(), "--server", move.processes.client().base());
  }

  /** Ends the sessions of this move's appliers, so that they have to log in again. */
  private static void endAppliers(MysqlServer target, StackScope scope) throws SQLException {
    endSessions(target, "PROCESSLIST_DB = '" + scope.targetSchema() + "'");
  }

  private static void endSessions(MysqlServer target, String which) throws SQLException {
    List<Long> sessions = new ArrayList<>();
    try (Connection connection = target.connectAsAdmin("");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT PROCESSLIST_ID FROM performance_schema.threads WHERE PROCESSLIST_ID IS NOT NULL"
                    + " AND "
                    + which)) {
      while (rows.next()) {
        sessions.add(rows.getLong(1));
      }
    }
    assertThat(sessions).isNotEmpty();
    try (Connection connection = target.connectAsAdmin("");
        Statement statement = connection.createStatement()) {
      for (long session : sessions) {
        try {
          statement.execute("KILL " + session);
        } catch (SQLException e) {
          // short ones end by themselves between the list and the kill
          assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(NO_SUCH_THREAD);
        }
      }
    }
  }
}
