package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Moves of every shape under live writes, rows and unique values crossing source shards among them;
 * several shards of a keyspace share a server. Both sides are compared row by row, and with what
 * the application was told.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class ShapesTest {

  private static final int ROWS = 1_500;
  private static final long WRITES = 400;
  private static final int LEAST_CROSSINGS = 20;
  private static final int BACK = 60;

  /** How a move is shaped. */
  record Shape(List<String> source, List<String> target) {}

  static List<Shape> soakShapes() {
    return List.of(
        new Shape(List.of("-"), List.of("-80", "80-")),
        new Shape(List.of("-"), List.of("-10", "10-60", "60-e0", "e0-")),
        new Shape(List.of("-40", "40-80", "80-c0", "c0-"), List.of("-")),
        new Shape(List.of("-"), List.of("-")),
        new Shape(List.of("-40", "40-"), List.of("-80", "80-")));
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void twoShardsBecomeThree(Stack stack, StackScope scope) throws Exception {
    run(new Shape(List.of("-80", "80-"), List.of("-50", "50-a0", "a0-")), stack, scope);
  }

  @ParameterizedTest
  @MethodSource("soakShapes")
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyOtherShape(Shape shape, Stack stack, StackScope scope) throws Exception {
    run(shape, stack, scope);
  }

  private static void run(Shape shape, Stack stack, StackScope scope) throws Exception {
    List<MysqlServer> targets = stack.options().targetShards().stream().map(stack::target).toList();
    Keyspaces keyspaces =
        new Keyspaces(stack)
            .add("from", scope.sourceSchema(), List.of(stack.source()), shape.source())
            .add("into", scope.targetSchema(), targets, shape.target());
    for (String keyspace : List.of("from", "into")) {
      keyspaces.vindex(keyspace, "item", "tenant").vindex(keyspace, "line", "tenant");
    }
    String name = scope.workflow();
    try (ShardedMove move = new ShardedMove(stack, scope, keyspaces);
        ShardedShop shop = new ShardedShop(keyspaces.shards("from"), 1)) {
      shop.fill(ROWS);
      shop.start();
      move.start().create(name, "from", "into", "item", "line").awaitState(name, "running");
      long goal = shop.transactions() + WRITES;
      move.awaitThat("writes", () -> shop.transactions() >= goal);
      shop.stop();
      move.settles(name, "from", "into");

      move.rowsAreEqual("from", "into", "tenant", "item", "line");
      for (String keyspace : List.of("from", "into")) {
        shop.isWhatWasAcknowledged(move, keyspace);
      }
      assertThat(shape.source().size() == 1 || shop.crossings() > LEAST_CROSSINGS).isTrue();
      waysBack(move, name, keyspaces);
      move.cancel(name);
    }
  }

  /**
   * What is written on the target's shards, rows that change theirs among them, comes to the
   * source's.
   */
  private static void waysBack(ShardedMove move, String name, Keyspaces keyspaces)
      throws SQLException {
    move.awaitThat(
        "the way back", () -> move.status(name).path("reverse").path("ready").asBoolean());
    TargetWrites into = new TargetWrites(keyspaces.toCompare("into"));
    long base = 90_000_000;
    for (int i = 0; i < BACK; i++) {
      into.on(
          i,
          "INSERT INTO item VALUES (%d, %d, 'back%d', 1, 'back')".formatted(base + i, i, base + i));
    }
    for (int i = 0; i < BACK; i += 2) {
      // the row, with its unique value, goes to another tenant, and so perhaps to another shard
      into.on(i, "DELETE FROM item WHERE id = " + (base + i));
      into.on(
          i + 1_000,
          "INSERT INTO item VALUES (%d, %d, 'back%d', 2, 'back')"
              .formatted(base + i, i + 1_000, base + i));
    }
    move.awaitThat("equal sides", () -> move.equal("from", "into", "tenant", "item"));
    assertThat(
            TargetWrites.sum(
                keyspaces.toCompare("from"), "SELECT COUNT(*) FROM item WHERE id >= " + base))
        .isEqualTo(BACK);
  }
}
