package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several workflows at once between the same servers, and those that must not be. */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class TogetherTest {

  private static final int ROWS = 300;
  private static final long WRITES = 150;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void oneGoesOnWhenTheOtherStopsAndNoTableIsInTwo(Stack stack, StackScope scope) throws Exception {
    MysqlServer target = stack.target("-80");
    Keyspaces keyspaces =
        new Keyspaces(stack)
            .add("from", scope.sourceSchema(), List.of(stack.source()), List.of("-"))
            .add("into", scope.targetSchema(), List.of(target), List.of("-"))
            .add("onward", scope.targetSchema(), List.of(stack.target("80-")), List.of("-"));
    String items = scope.workflow();
    String lines = scope.workflow() + "_lines";
    try (ShardedMove move = new ShardedMove(stack, scope, keyspaces);
        ShardedShop shop = new ShardedShop(keyspaces.shards("from"), 7)) {
      shop.fill(ROWS);
      shop.start();
      move.start().create(items, "from", "into", "item").create(lines, "from", "into", "line");
      move.awaitState(items, "running").awaitState(lines, "running");

      takenTablesAreRefused(move, scope.workflow() + "_third", items, lines);
      onShard(keyspaces, "from", "ALTER TABLE line ADD COLUMN more INT NULL");
      move.awaitState(lines, "error");
      assertThat(move.status(lines).path("error").path("code").asText()).isEqualTo("DDL_STOPPED");

      long goal = shop.transactions() + WRITES;
      move.awaitThat("writes", () -> shop.transactions() >= goal);
      shop.stop();
      move.settles(items, "from", "into");
      move.rowsAreEqual("from", "into", null, "item");
      assertThat(move.status(items).path("state").asText()).isEqualTo("running");
      assertThat(move.status(items).path("error").isObject()).isFalse();

      move.cancel(lines);
      move.rowsAreEqual("from", "into", null, "item");
      assertThat(move.rows("into", "SHOW TABLES")).containsExactly("item");
      move.settles(items, "from", "into");
      move.cancel(items);
    }
  }

  /** The same move again, the way back, and a move onward from what is still being filled. */
  private static void takenTablesAreRefused(
      ShardedMove move, String name, String items, String lines) {
    List<SluiceClient.Answer> answers =
        List.of(
            move.ask(name, "from", "into", List.of("line", "item")),
            move.ask(name, "from", "onward", "all"),
            move.ask(name, "into", "onward", List.of("item", "line")));
    for (SluiceClient.Answer answer : answers) {
      assertThat(answer.code()).as("%s", answer.body()).isEqualTo(422);
    }
    assertThat(offenders(answers.get(0)))
        .containsExactlyInAnyOrder("tables[0] " + lines, "tables[1] " + items);
    assertThat(offenders(answers.get(1))).containsExactlyInAnyOrder("all " + lines, "all " + items);
    assertThat(offenders(answers.get(2)))
        .containsExactlyInAnyOrder("tables[0] " + items, "tables[1] " + lines);
  }

  private static List<String> offenders(SluiceClient.Answer answer) {
    List<String> found = new java.util.ArrayList<>();
    for (JsonNode finding : answer.body().path("details").path("findings")) {
      String message = finding.path("message").asText();
      int workflow = message.indexOf("of workflow ");
      if (workflow >= 0) {
        found.add(
            finding.path("object").asText()
                + " "
                + message.substring(workflow + "of workflow ".length()).replaceAll(",.*", ""));
      }
    }
    return found;
  }

  private static void onShard(Keyspaces keyspaces, String keyspace, String sql) {
    Keyspaces.Place place = keyspaces.shards(keyspace).get(0);
    place.server().execute(sql.replace("TABLE ", "TABLE `" + place.schema() + "`."));
  }
}
