package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two source shards that counted their ids by themselves: the move can never end, says so with
 * table and key, and goes on when the ids are put right.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class DuplicateIdsTest {

  private static final String ITEM =
      "CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, tenant INT NOT NULL, note VARCHAR(20) NULL)";

  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void idsThatTwoShardsHoldAreNamedAndTheMoveGoesOnWhenTheyArePutRight(
      Stack stack, StackScope scope) throws Exception {
    Keyspaces keyspaces =
        new Keyspaces(stack)
            .add("from", scope.sourceSchema(), List.of(stack.source()), List.of("-80", "80-"))
            .add("into", scope.targetSchema(), List.of(stack.target("-80")), List.of("-"))
            .vindex("from", "item", "tenant");
    String name = scope.workflow();
    try (ShardedMove move = new ShardedMove(stack, scope, keyspaces)) {
      on(keyspaces, 0, ITEM, "INSERT INTO item VALUES (7, 1, 'low'), (8, 1, 'low')");
      on(keyspaces, 1, ITEM, "INSERT INTO item VALUES (7, 2, 'high'), (9, 2, 'high')");
      move.start().create(name, "from", "into", "item");
      move.awaitThat("a parked row", () -> applier(move, name).path("parkedRows").asLong() == 1);
      assertThat(move.status(name).path("state").asText()).isEqualTo("copying");
      assertThat(applier(move, name).path("parkedOldest").path("table").asText()).isEqualTo("item");
      assertThat(applier(move, name).path("parkedOldest").path("key").asText()).isEqualTo("7");

      move.awaitState(name, "error");
      JsonNode error = move.status(name).path("error");
      assertThat(error.path("code").asText()).isEqualTo("TARGET_REFUSED_ROW");
      assertThat(error.path("message").asText()).contains("item", "(7)", "PRIMARY");
      assertThat(move.rows("into", "SELECT COUNT(*) FROM item")).containsExactly("3");

      on(keyspaces, 1, "UPDATE item SET id = 10 WHERE id = 7");
      assertThat(move.client().act(name, "start", "put right").ok()).isTrue();
      move.awaitState(name, "running");
      move.settles(name, "from", "into");
      move.rowsAreEqual("from", "into", "tenant", "item");

      // what is parked goes with the workflow
      on(keyspaces, 1, "INSERT INTO item VALUES (8, 2, 'again')");
      move.awaitThat("a parked row", () -> applier(move, name).path("parkedRows").asLong() == 1);
      move.cancel(name);
      assertThat(
              move.rows(
                  "into",
                  "SELECT row_key FROM _sluice.parked WHERE table_name = 'item' AND row_values LIKE '%again%'"))
          .isEmpty();
    }
  }

  private static JsonNode applier(ShardedMove move, String name) {
    return move.status(name).path("appliers").path(0);
  }

  private static void on(Keyspaces keyspaces, int shard, String... statements) throws SQLException {
    Keyspaces.Place place = keyspaces.shards("from").get(shard);
    try (Connection connection = place.toCompare().connections().openUtc();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
