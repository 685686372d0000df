package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.vdiff.scan.VDiffPausePoints;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever breaks under a VDiff, it ends with the right numbers and leaves no applier held. */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class VDiffFaultsTest {

  private static final SampleSize SIZE = new SampleSize(3_000, 9_000, 100, 5);
  private static final int PLANTED = 3;
  private static final String SNAPSHOTS =
      "SELECT session.PROCESSLIST_ID FROM performance_schema.events_transactions_current tx"
          + " JOIN performance_schema.threads session USING (THREAD_ID)"
          + " WHERE tx.STATE = 'ACTIVE' AND tx.ACCESS_MODE = 'READ ONLY'";

  @ParameterizedTest
  @ValueSource(strings = {"source", "target"})
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aScanConnectionIsKilled(String side, Stack stack, StackScope scope) throws Exception {
    MysqlServer server = side.equals("source") ? stack.source() : stack.target("-80");
    broken(stack, scope, move -> kill(server));
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "target"})
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aServerIsRestarted(String side, Stack stack, StackScope scope) throws Exception {
    MysqlServer server = side.equals("source") ? stack.source() : stack.target("-80");
    broken(
        stack,
        scope,
        move -> {
          server.kill();
          server.start();
        });
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void theControllerIsKilled(Stack stack, StackScope scope) throws Exception {
    broken(
        stack,
        scope,
        move -> {
          move.processes.replace("controller").awaitUp();
          move.awaitThat("a controller", () -> move.status().path("state").isTextual());
        });
  }

  private interface Fault {
    void on(Move move) throws Exception;
  }

  /** Something breaks while a moment is open, under live writes, with three job processes. */
  private static void broken(Stack stack, StackScope scope, Fault fault) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.processes.start("controller");
      move.processes.start("capture,apply");
      List<SluiceProcess> jobs = new ArrayList<>();
      String[] pause = {VDiffPausePoints.MOMENT_OPEN};
      for (int i = 0; i < 3; i++) {
        jobs.add(move.processes.start("vdiff" + i, "vdiff", pause));
      }
      move.processes.awaitUp();
      move.create().awaitState("running");
      plant(stack.target("-80"), scope);
      move.write(50).awaitWrites(20);
      VDiffCalls vdiffs = calls(move);
      String uuid = vdiffs.create(Map.of());
      move.awaitThat(
          "an open moment",
          () -> jobs.stream().anyMatch(job -> job.reached(VDiffPausePoints.MOMENT_OPEN)));
      fault.on(move);
      jobs.forEach(job -> job.release(VDiffPausePoints.MOMENT_OPEN));
      JsonNode found = vdiffs.completed(uuid);
      isRight(found);
      noApplierIsHeld(move);
    }
  }

  private static void plant(MysqlServer shard, StackScope scope) throws SQLException {
    VDiffCalls.plant(
        shard,
        scope.targetSchema(),
        "UPDATE corder SET remark = CONCAT('planted', order_id) WHERE order_id < 1000000000"
            + " ORDER BY order_id DESC LIMIT "
            + PLANTED);
  }

  private static VDiffCalls calls(Move move) {
    return new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
  }

  /** A write may mend a planted row; nothing else may differ, and nothing be counted twice. */
  private static void isRight(JsonNode found) {
    JsonNode table = found.path("tables").path("corder");
    String all = found.toPrettyString();
    assertThat(found.path("notComparedRows").asLong()).as(all).isZero();
    assertThat(table.path("mismatchedRows").asInt()).as(all).isBetween(1, PLANTED);
    for (JsonNode sample : table.path("samples")) {
      assertThat(sample.path("target").path("remark").asText()).as(all).startsWith("planted");
    }
    for (String other : List.of("extraRowsSource", "extraRowsTarget", "misplacedRows")) {
      assertThat(table.path(other).asInt()).as(all).isZero();
    }
    JsonNode customers = found.path("tables").path("customer");
    assertThat(customers.path("matchingRows").asInt())
        .as(all)
        .isEqualTo(customers.path("rowsCompared").asInt())
        .isGreaterThan(2_000);
  }

  private static void noApplierIsHeld(Move move) throws Exception {
    move.awaitWrites(50);
    move.writer().close();
    move.awaitThat(
        "appliers caught up",
        () -> {
          JsonNode appliers = move.status().path("appliers");
          for (JsonNode applier : appliers) {
            if (!applier.path("heldSince").isNull()
                || applier.path("backlogBytes").asLong() > 0
                || !applier.path("state").asText().equals("applying")) {
              return false;
            }
          }
          return appliers.size() > 2;
        });
  }

  private static List<Long> snapshots(MysqlServer server) throws SQLException {
    List<Long> sessions = new ArrayList<>();
    try (Connection connection = server.connectAsAdmin("");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SNAPSHOTS)) {
      while (row.next()) {
        sessions.add(row.getLong(1));
      }
    }
    return sessions;
  }

  private static void kill(MysqlServer server) throws SQLException {
    List<Long> sessions = snapshots(server);
    assertThat(sessions).isNotEmpty();
    for (long session : sessions) {
      server.execute("KILL " + session);
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void theSourceIsReadAtItsReplica(Stack stack, StackScope scope) throws Exception {
    String roles = "controller,capture,apply,vdiff";
    try (Move move = Move.of(stack, scope, SIZE)) {
      SluiceProcess process = move.processes.start(roles, VDiffPausePoints.MOMENT_OPEN).awaitUp();
      move.create(Map.of("read-from", "replica", "copy.slice", "500ms")).awaitState("running");
      plant(stack.target("-80"), scope);
      move.write(50).awaitWrites(20);
      VDiffCalls vdiffs = calls(move);
      String uuid = vdiffs.create(Map.of());
      move.awaitPaused(process, VDiffPausePoints.MOMENT_OPEN);
      String source = stack.options().sourceShards().get(0);
      MysqlServer replica = stack.mysql(stack.options().replicaServerName(source));
      assertThat(snapshots(replica)).isNotEmpty();
      assertThat(snapshots(stack.source())).isEmpty();
      process.release(VDiffPausePoints.MOMENT_OPEN);
      isRight(vdiffs.completed(uuid));
      noApplierIsHeld(move);
      move.cancel();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aSwitchedWorkflowIsComparedTheOtherWay(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.processes.start("controller,capture,apply,vdiff").awaitUp();
      move.create().awaitState("running");
      move.awaitThat("the way back", () -> move.status().path("reverse").path("ready").asBoolean());
      assertThat(
              move.processes
                  .client()
                  .act(
                      move.workflow(),
                      "switch-traffic",
                      Map.of("skipVdiff", true, "reason", "test"))
                  .code())
          .isEqualTo(200);
      move.awaitState("switched");
      VDiffCalls vdiffs = calls(move);
      assertThat(vdiffs.run().path("hasMismatch").asBoolean()).isFalse();

      List<Long> ids = new ArrayList<>();
      try (Connection connection = move.source().openUtc();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT order_id FROM corder ORDER BY 1")) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      VDiffCalls.plant(
          stack.source(),
          scope.sourceSchema(),
          "UPDATE corder SET quantity = quantity + 1 WHERE order_id = " + ids.get(10),
          "DELETE FROM corder WHERE order_id IN (" + ids.get(0) + ", " + ids.get(200) + ")",
          "INSERT INTO corder (order_id, customer_id, sku, quantity, price, ordered_at) VALUES"
              + " (900000007, 1, 'EXTRA', 1, 1, NOW(6))");
      JsonNode found = vdiffs.run();
      JsonNode table = found.path("tables").path("corder");
      String all = found.toPrettyString();
      assertThat(table.path("mismatchedRows").asInt()).as(all).isEqualTo(1);
      assertThat(table.path("extraRowsTarget").asInt()).as(all).isEqualTo(2);
      assertThat(table.path("extraRowsSource").asInt()).as(all).isEqualTo(1);

      assertThat(vdiffs.act("last", "repair").code()).isEqualTo(202);
      JsonNode repaired = vdiffs.completed(found.path("uuid").asText());
      assertThat(repaired.path("hasMismatch").asBoolean()).as("%s", repaired).isFalse();
      assertThat(
              new RowComparator(
                      Side.source(stack, scope.sourceSchema()),
                      Side.target(stack, scope.targetSchema()))
                  .compare(new TableToCompare("corder", "customer_id"))
                  .equal())
          .isTrue();
    }
  }
}
