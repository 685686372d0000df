package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
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

/** VDiff by REST on real servers; what it is to find is planted by SQL behind its back. */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class VDiffTest {

  private static final String ROLES = "controller,capture,apply,vdiff";
  private static final SampleSize SIZE = new SampleSize(4_000, 12_000, 100, 5);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void findsWhatWasPlantedAndNothingElse(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      VDiffCalls vdiffs = running(move);

      assertThat(vdiffs.run().path("hasMismatch").asBoolean()).isFalse();

      List<List<Long>> orders = new ArrayList<>();
      for (MysqlServer shard : move.targets()) {
        orders.add(ids(shard, scope.targetSchema()));
      }
      List<Long> left = orders.get(0);
      List<Long> right = orders.get(1);
      MysqlServer one = move.targets().get(0);
      MysqlServer other = move.targets().get(1);
      String corder = "`" + scope.targetSchema() + "`.corder";
      VDiffCalls.plant(
          one,
          scope.targetSchema(),
          "UPDATE " + corder + " SET quantity = quantity + 1 WHERE order_id = " + left.get(7));
      VDiffCalls.plant(
          one,
          scope.targetSchema(),
          "UPDATE "
              + corder
              + " SET remark = CONCAT(COALESCE(remark, 'x'), ' ') WHERE order_id = "
              + left.get(9));
      VDiffCalls.plant(
          one, scope.targetSchema(), "DELETE FROM " + corder + " WHERE order_id = " + left.get(0));
      VDiffCalls.plant(
          other,
          scope.targetSchema(),
          "DELETE FROM " + corder + " WHERE order_id = " + right.get(right.size() - 1));
      copyRow(other, one, scope.targetSchema(), right.get(5), null);
      copyRow(other, one, scope.targetSchema(), right.get(6), null);
      VDiffCalls.plant(
          other,
          scope.targetSchema(),
          "DELETE FROM " + corder + " WHERE order_id = " + right.get(6));
      copyRow(one, one, scope.targetSchema(), left.get(20), 9_000_001L);

      JsonNode found = vdiffs.run();
      JsonNode table = found.path("tables").path("corder");
      assertThat(found.path("hasMismatch").asBoolean()).isTrue();
      assertThat(table.path("mismatchedRows").asInt()).as("%s", found).isEqualTo(2);
      assertThat(table.path("extraRowsSource").asInt()).as("%s", found).isEqualTo(2);
      assertThat(table.path("extraRowsTarget").asInt()).as("%s", found).isEqualTo(1);
      assertThat(table.path("duplicatedRows").asInt()).as("%s", found).isEqualTo(1);
      assertThat(table.path("misplacedRows").asInt()).as("%s", found).isEqualTo(1);
      assertThat(table.path("samples")).hasSize(7);
      assertThat(found.path("tables").path("customer").path("matchingRows").asInt())
          .isEqualTo(4_000);
      assertThat(move.status().path("vdiff").path("mismatches").asInt()).isEqualTo(7);

      VDiffCalls.plant(
          one, scope.targetSchema(), "DELETE FROM " + corder + " WHERE order_id = 9000001");
      JsonNode again = vdiffs.completed(vdiffs.create(Map.of("recheck", true)));
      JsonNode rechecked = again.path("tables").path("corder");
      assertThat(rechecked.path("extraRowsTarget").asInt()).as("%s", again).isZero();
      assertThat(rechecked.path("mismatchedRows").asInt()).as("%s", again).isEqualTo(2);
      assertThat(rechecked.path("rowsCompared").asInt()).as("%s", again).isEqualTo(6);

      assertThat(vdiffs.act("last", "repair").code()).isEqualTo(202);
      JsonNode repaired = vdiffs.completed(again.path("uuid").asText());
      assertThat(repaired.path("hasMismatch").asBoolean()).as("%s", repaired).isFalse();
      assertThat(repaired.path("tables").path("corder").path("matchingRows").asInt())
          .as("%s", repaired)
          .isEqualTo(6);
      RowComparator rows =
          new RowComparator(
              Side.source(stack, scope.sourceSchema()), Side.target(stack, scope.targetSchema()));
      TableComparison compared = rows.compare(new TableToCompare("corder", "customer_id"));
      assertThat(compared.equal()).as("%s", compared).isTrue();
      move.cancel();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void nothingDiffersUnderLiveWrites(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      VDiffCalls vdiffs = running(move);
      move.write(300).awaitWrites(200);
      for (int round = 0; round < 2; round++) {
        JsonNode found = vdiffs.run();
        assertThat(found.path("hasMismatch").asBoolean()).as("%s", found).isFalse();
        assertThat(found.path("notComparedRows").asLong()).as("%s", found).isZero();
        assertThat(found.path("tables").path("corder").path("matchingRows").asLong())
            .isGreaterThan(10_000);
        assertThat(found.path("holdMillis").isNumber()).isTrue();
      }
      move.cancel();
    }
  }

  private static VDiffCalls running(Move move) {
    move.processes.start(ROLES);
    move.processes.awaitUp();
    move.create().awaitState("running");
    return new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
  }

  private static List<Long> ids(MysqlServer server, String schema) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = Side.on(server, schema).openUtc();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT order_id FROM corder ORDER BY order_id")) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  /** Copies an order from one server to another, under another id if one is given. */
  private static void copyRow(MysqlServer from, MysqlServer to, String schema, long id, Long newId)
      throws SQLException {
    try (Connection source = Side.on(from, schema).openUtc();
        Connection target = Side.on(to, schema).openUtc();
        Statement read = source.createStatement();
        ResultSet row = read.executeQuery("SELECT * FROM corder WHERE order_id = " + id)) {
      int columns = row.getMetaData().getColumnCount();
      StringBuilder names = new StringBuilder();
      StringBuilder marks = new StringBuilder();
      for (int i = 1; i <= columns; i++) {
        names.append(i > 1 ? ", " : "").append(row.getMetaData().getColumnName(i));
        marks.append(i > 1 ? ", ?" : "?");
      }
      assertThat(row.next()).isTrue();
      try (Statement unseen = target.createStatement()) {
        unseen.execute("SET SESSION sql_log_bin = 0, @sluice_applier = 1");
      }
      try (var insert =
          target.prepareStatement("INSERT INTO corder (" + names + ") VALUES (" + marks + ")")) {
        for (int i = 1; i <= columns; i++) {
          boolean key = row.getMetaData().getColumnName(i).equals("order_id");
          insert.setObject(i, key && newId != null ? newId : row.getObject(i));
        }
        insert.executeUpdate();
      }
    }
  }
}
