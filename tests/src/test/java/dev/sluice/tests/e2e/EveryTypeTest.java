package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * I2 from end to end: every type at its edges, every character set, every kind of key and name,
 * half of the rows copied and half streamed, with updates and deletes of both. What the shards hold
 * equals the source by HEX().
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class EveryTypeTest {

  private static final long SEED = Long.getLong("types.seed", 20_261_121L);
  private static final int STREAMED = 100;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void everyValueArrivesAsItWasByCopyAndByStream(Stack stack, StackScope scope) throws Exception {
    List<ShardToCompare> sources = Side.source(stack, scope.sourceSchema());
    List<ShardToCompare> targets = Side.target(stack, scope.targetSchema());
    int port = new Ports(0).take();
    SluiceProcess.Settings settings =
        new SluiceProcess.Settings(
            "types",
            stack.directory().resolve("sluice-" + scope.workflow()),
            scope.serverConfig().withShardedTables().withHttpListen("127.0.0.1:" + port).yaml(),
            port,
            "",
            512,
            List.of("-XX:TieredStopAtLevel=1"),
            List.of());
    try (Connection connection = sources.get(0).connections().openUtc();
        TableMove move = new TableMove(stack, settings, scope.workflow())) {
      TypeTables tables = new TypeTables(connection, SEED);
      tables.create();
      tables.load(1);
      Map<String, String> vindexes = new HashMap<>();
      tables.names().forEach(table -> vindexes.put(table, "v"));

      SluiceClient.Answer answer = move.create(move.spec(tables.names(), vindexes));
      assertThat(answer.code()).as("%s", answer.body()).isEqualTo(201);
      move.awaitState("running");
      tables.load(STREAMED);
      tables.change(1);
      tables.change(STREAMED);
      move.awaitMarker(sources, targets);

      SoftAssertions softly = new SoftAssertions();
      for (String table : tables.names()) {
        compare(table, HexRows.of(sources, table), HexRows.of(targets, table), softly);
      }
      softly.assertAll();
      move.cancel();
    }
  }

  private static void compare(
      String table,
      Map<String, Map<String, String>> source,
      Map<String, Map<String, String>> target,
      SoftAssertions softly) {
    assertThat(source).as("rows of %s", table).hasSizeGreaterThan(TypeTables.ROWS / 2);
    softly.assertThat(target.keySet()).as("rows of %s", table).isEqualTo(source.keySet());
    source.forEach(
        (id, row) -> {
          Map<String, String> moved = target.getOrDefault(id, Map.of());
          row.forEach(
              (column, value) ->
                  softly
                      .assertThat(moved.get(column))
                      .as("seed %s, %s, row %s, column %s", SEED, table, id, column)
                      .isEqualTo(value));
        });
  }
}
