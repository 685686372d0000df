package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Processes that freeze in the very moment of a commit and wake up after their takeover: what they
 * then send has no effect, and they say that they were fenced.
 */
@Tag("crash")
@ExtendWith(SharedStack.class)
class ZombiesTest {

  private static final double WRITES_PER_SECOND = 80;
  private static final String ALL = Layout.ALL_IN_ONE.processes().get(0);
  private static final String CAPTURE_FENCED = "capture ends .*error=\"FENCED\".*";
  private static final String APPLIER_FENCED = "applier ends .*error=\"FENCED\".*";

  /** A checkpoint's owner: on which shard, which session, which epoch. */
  private record Owner(String server, long connectionId, long ownerEpoch) {}

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whoWakesUpAfterItsTakeoverIsFenced(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND);
      SluiceProcess first = start(move, "first", CapturePausePoints.BEFORE_COMMIT);
      move.create().awaitPaused(first, CapturePausePoints.BEFORE_COMMIT);
      first.freeze();

      SluiceProcess second = start(move, "second", ApplyPausePoints.APPLY_BEFORE_COMMIT);
      // nothing was committed before: what it applies is of its own capture
      move.awaitPaused(second, ApplyPausePoints.APPLY_BEFORE_COMMIT);
      wakeUp(move, first, CapturePausePoints.BEFORE_COMMIT, CAPTURE_FENCED);
      second.freeze();

      List<Owner> zombies = owners(move);
      SluiceProcess third = start(move, "third");
      move.awaitState("running").awaitWrites(50);
      List<Owner> owners = owners(move);
      logStatements(move, true);
      try {
        wakeUp(move, second, ApplyPausePoints.APPLY_BEFORE_COMMIT, APPLIER_FENCED);
        move.awaitWrites(50);
        assertThat(statementsOf(move, zombies)).as("statements of zombies").isEmpty();
        assertThat(statementsOf(move, owners)).as("the log is on").isNotEmpty();
      } finally {
        logStatements(move, false);
      }
      assertThat(owners(move)).as("owners before and after").isEqualTo(owners);
      assertThat(owners)
          .allSatisfy(
              owner ->
                  assertThat(zombies)
                      .filteredOn(zombie -> zombie.server().equals(owner.server()))
                      .allMatch(zombie -> zombie.ownerEpoch() < owner.ownerEpoch()));

      Verdict.everythingIsEqual(move);
      assertThat(third.isAlive()).isTrue();
      move.cancel();
    }
  }

  /** Starts a process and makes it the one that is spoken to. */
  private static SluiceProcess start(Move move, String name, String... pausePoints) {
    SluiceProcess process = move.processes.start(name, ALL, pausePoints).awaitUp();
    move.processes.speakTo(process);
    return process;
  }

  /** Lets a zombie go on, waits until it says that it was fenced, and ends it before it rejoins. */
  private static void wakeUp(Move move, SluiceProcess zombie, String point, String fenced) {
    zombie.release(point);
    zombie.thaw();
    move.awaitThat(zombie.settings().name() + " is fenced", () -> hasLogged(zombie, fenced));
    zombie.kill();
  }

  private static boolean hasLogged(SluiceProcess process, String expression) throws IOException {
    try (var lines = Files.lines(process.logFile())) {
      return lines.anyMatch(line -> line.matches(".*" + expression));
    }
  }

  private static List<Owner> owners(Move move) throws SQLException {
    List<Owner> owners = new ArrayList<>();
    for (MysqlServer server : move.targets()) {
      try (Connection connection = server.connectAsAdmin("");
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT connection_id, owner_epoch FROM _sluice.checkpoint WHERE workflow = '"
                      + move.workflow()
                      + "'")) {
        while (rows.next()) {
          owners.add(new Owner(server.name(), rows.getLong(1), rows.getLong(2)));
        }
      }
    }
    return owners;
  }

  /** The server's own record of who sent what. */
  private static void logStatements(Move move, boolean on) throws SQLException {
    for (MysqlServer server : move.targets()) {
      try (Connection connection = server.connectAsAdmin("");
          Statement statement = connection.createStatement()) {
        statement.execute("SET GLOBAL log_output = '" + (on ? "TABLE" : "FILE") + "'");
        statement.execute("SET GLOBAL general_log = " + (on ? "ON" : "OFF"));
        if (!on) {
          statement.execute("TRUNCATE TABLE mysql.general_log");
        }
      }
    }
  }

  private static List<String> statementsOf(Move move, List<Owner> owners) throws SQLException {
    List<String> statements = new ArrayList<>();
    for (MysqlServer server : move.targets()) {
      try (Connection connection = server.connectAsAdmin("");
          Statement statement = connection.createStatement()) {
        for (Owner owner : owners) {
          if (!owner.server().equals(server.name())) {
            continue;
          }
          try (ResultSet rows =
              statement.executeQuery(
                  "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE thread_id = "
                      + owner.connectionId()
                      + " LIMIT 5")) {
            while (rows.next()) {
              statements.add(rows.getString(1));
            }
          }
        }
      }
    }
    return statements;
  }
}
