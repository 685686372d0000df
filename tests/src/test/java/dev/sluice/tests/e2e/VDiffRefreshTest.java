package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A refresh compares what the streams have touched, and nothing else. Which chunks it scanned is
 * seen by planting: a change that no stream hears of, made after the VDiff, is found in a chunk
 * that is scanned and not found in one that is not.
 */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class VDiffRefreshTest {

  private static final String ROLES = "controller,capture,apply,vdiff";
  private static final SampleSize SIZE = new SampleSize(4_000, 12_000, 100, 5);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void onlyTouchedChunksAreScanned(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      VDiffCalls vdiffs = completed(move);
      String uuid = vdiffs.show("last").path("uuid").asText();
      Instant proved = Instant.parse(vdiffs.show(uuid).path("provedAt").asText());
      long low = id(move, "SELECT MIN(order_id) FROM corder");
      long high = id(move, "SELECT order_id FROM corder ORDER BY 1 LIMIT 1 OFFSET 8000");
      long other = id(move, "SELECT order_id FROM corder ORDER BY 1 LIMIT 1 OFFSET 8001");

      // both are broken, and a stream hears of a neighbour of the second one only
      plant(
          move,
          "UPDATE corder SET quantity = quantity + 1 WHERE order_id IN ("
              + low
              + ", "
              + high
              + ")");
      move.onSource("UPDATE corder SET quantity = quantity + 7 WHERE order_id = " + other);
      JsonNode refreshed = refresh(vdiffs, uuid);
      differs(refreshed, 1);
      rows(refreshed, 12_000);
      assertThat(Instant.parse(refreshed.path("provedAt").asText())).isAfter(proved);
      assertThat(refreshed.path("refreshedAt").isTextual()).isTrue();

      // the process is replaced, and goes on with what it had followed
      move.onSource("UPDATE corder SET quantity = quantity + 7 WHERE order_id = " + low);
      move.processes.replace(ROLES).awaitUp();
      move.awaitThat("a controller", () -> move.status().path("state").isTextual());
      // the change has overwritten what was planted there
      differs(refresh(vdiffs, uuid), 1);

      // what was heard while a refresh began is looked at by the next one, too
      differs(refresh(vdiffs, uuid), 1);
      plant(move, "UPDATE corder SET quantity = quantity + 1 WHERE order_id = " + low);
      differs(refresh(vdiffs, uuid), 1);
      move.onSource(
          "DELETE FROM corder WHERE order_id = " + id(move, "SELECT MIN(order_id) + 1 FROM corder"),
          "INSERT INTO corder (order_id, customer_id, sku, quantity, price, ordered_at) VALUES"
              + " (900000001, 1, 'NEW', 1, 1, NOW(6)), (900000002, 1, 'NEW', 1, 1, NOW(6))");
      JsonNode again = refresh(vdiffs, uuid);
      differs(again, 2);
      rows(again, id(move, "SELECT COUNT(*) FROM corder"));

      assertThat(vdiffs.act(uuid, "repair").code()).isEqualTo(202);
      differs(vdiffs.completed(uuid), 0);
      JsonNode afterRepair = refresh(vdiffs, uuid);
      differs(afterRepair, 0);
      rows(afterRepair, id(move, "SELECT COUNT(*) FROM corder"));
      move.cancel();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void underLiveWritesNothingDiffersAndEveryRowCountsOnce(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      VDiffCalls vdiffs = completed(move);
      String uuid = vdiffs.show("last").path("uuid").asText();
      move.write(200).awaitWrites(200);
      for (int round = 0; round < 3; round++) {
        JsonNode found = refresh(vdiffs, uuid);
        differs(found, 0);
        assertThat(found.path("notComparedRows").asLong()).as("%s", found).isZero();
        move.awaitWrites(100);
      }
      move.writer().close();
      JsonNode last = refresh(vdiffs, uuid);
      differs(last, 0);
      rows(last, id(move, "SELECT COUNT(*) FROM corder"));
      assertThat(last.path("tables").path("customer").path("matchingRows").asLong())
          .isEqualTo(id(move, "SELECT COUNT(*) FROM customer"));
      move.cancel();
    }
  }

  /** Whatever is not a plain change of rows makes the refresh compare all rows. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void ddlMakesItCompareAllRows(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      VDiffCalls vdiffs = completed(move, Map.of("on-ddl", "exec", "copy.slice", "500ms"));
      String uuid = vdiffs.show("last").path("uuid").asText();
      long low = id(move, "SELECT MIN(order_id) FROM corder");
      plant(move, "UPDATE corder SET quantity = quantity + 1 WHERE order_id = " + low);
      differs(refresh(vdiffs, uuid), 0);

      move.onSource("ALTER TABLE customer ADD COLUMN more INT NULL");
      move.awaitThat(
          "the column on the targets",
          () -> {
            for (MysqlServer target : move.targets()) {
              try (Connection connection = target.connectAsAdmin(scope.targetSchema());
                  Statement statement = connection.createStatement();
                  ResultSet row =
                      statement.executeQuery(
                          "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = '"
                              + scope.targetSchema()
                              + "' AND column_name = 'more'")) {
                row.next();
                if (row.getInt(1) == 0) {
                  return false;
                }
              }
            }
            return move.status().path("state").asText().equals("running");
          });
      differs(refresh(vdiffs, uuid), 1);
      move.cancel();
    }
  }

  private static VDiffCalls completed(Move move) {
    return completed(move, Map.of("copy.slice", "500ms"));
  }

  private static VDiffCalls completed(Move move, Map<String, Object> options) {
    move.processes.start(ROLES).awaitUp();
    move.create(options).awaitState("running");
    VDiffCalls vdiffs =
        new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
    differs(vdiffs.run(), 0);
    return vdiffs;
  }

  private static JsonNode refresh(VDiffCalls vdiffs, String uuid) {
    assertThat(vdiffs.act(uuid, "refresh").code()).isEqualTo(202);
    return vdiffs.completed(uuid);
  }

  private static void differs(JsonNode found, int rows) {
    assertThat(found.path("tables").path("corder").path("mismatchedRows").asInt())
        .as(found.toPrettyString())
        .isEqualTo(rows);
    assertThat(found.path("hasMismatch").asBoolean()).as("%s", found).isEqualTo(rows > 0);
  }

  private static void rows(JsonNode found, long rows) {
    assertThat(found.path("tables").path("corder").path("rowsCompared").asLong())
        .as(found.toPrettyString())
        .isEqualTo(rows);
  }

  private static void plant(Move move, String sql) throws SQLException {
    for (MysqlServer target : move.targets()) {
      VDiffCalls.plant(target, move.scope.targetSchema(), sql);
    }
  }

  private static long id(Move move, String sql) throws SQLException {
    try (Connection connection = move.source().openUtc();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
