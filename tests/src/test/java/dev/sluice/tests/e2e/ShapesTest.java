package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.compare.JournalReader;
import dev.sluice.tests.compare.MarkerPassage;
import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int ROWS = 1_500;
  private static final long WRITES = 400;

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
    new Run(stack, scope, new Shape(List.of("-80", "80-"), List.of("-50", "50-a0", "a0-")), 1)
        .run();
  }

  @ParameterizedTest
  @MethodSource("soakShapes")
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyOtherShape(Shape shape, Stack stack, StackScope scope) throws Exception {
    new Run(stack, scope, shape, 2).run();
  }

  private static final class Run {
    private final Stack stack;
    private final StackScope scope;
    private final Shape shape;
    private final long seed;
    private final Keyspaces keyspaces;
    private final Processes processes;

    private Run(Stack stack, StackScope scope, Shape shape, long seed) {
      this.stack = stack;
      this.scope = scope;
      this.shape = shape;
      this.seed = seed;
      List<MysqlServer> targets =
          stack.options().targetShards().stream().map(stack::target).toList();
      this.keyspaces =
          new Keyspaces(stack)
              .add("from", scope.sourceSchema(), List.of(stack.source()), shape.source())
              .add("into", scope.targetSchema(), targets, shape.target());
      for (String keyspace : List.of("from", "into")) {
        keyspaces.vindex(keyspace, "item", "tenant").vindex(keyspace, "line", "tenant");
      }
      this.processes =
          new Processes(
              stack.directory().resolve("sluice-" + scope.workflow()), keyspaces::yaml, 384);
    }

    private void run() throws Exception {
      try (ShardedShop shop = new ShardedShop(keyspaces.shards("from"), seed)) {
        shop.fill(ROWS);
        shop.start();
        processes.start("controller,capture,apply");
        processes.awaitUp();
        create();
        awaitThat("running", () -> status().path("state").asText().equals("running"));
        long goal = shop.transactions() + WRITES;
        awaitThat("writes", () -> shop.transactions() >= goal);
        shop.stop();
        markersPass();
        awaitThat("nothing parked", this::nothingParked);
        rowsAreEqual(shop);
        assertThat(shop.crossings() > 20 || shape.source().size() == 1).isTrue();
        cancel();
      } finally {
        processes.close();
        keyspaces.close();
      }
    }

    private void create() {
      Map<String, Object> spec =
          Map.of(
              "name",
              scope.workflow(),
              "source",
              "from",
              "target",
              "into",
              "tables",
              List.of("item", "line"),
              "options",
              Map.of("copy.slice", "300ms"));
      awaitThat(
          "created",
          () -> {
            var answer = processes.client().create(spec);
            assertThat(answer.code()).as("%s", answer.body()).isIn(201, 409, 503);
            return answer.code() != 503;
          });
    }

    private JsonNode status() {
      return processes.client().status(scope.workflow()).body();
    }

    private boolean nothingParked() {
      JsonNode appliers = status().path("appliers");
      assertThat(appliers).hasSize(shape.target().size());
      for (JsonNode applier : appliers) {
        if (!applier.path("parkedRows").isIntegralNumber()
            || applier.path("parkedRows").asLong() > 0) {
          return false;
        }
      }
      return true;
    }

    private void markersPass() throws SQLException {
      KafkaSettings kafka =
          new KafkaSettings(
              stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
      JournalReader reader =
          new JournalReader(
              kafka,
              new ConfluentSchemaIds(new RegistrySettings(stack.registry().url(), Map.of())));
      MarkerPassage.Outcome outcome =
          new MarkerPassage(
                  scope.workflow(),
                  TopicNames.of(scope.workflow(), Direction.FORWARD).journal(),
                  reader,
                  keyspaces.toCompare("from"),
                  keyspaces.toCompare("into"))
              .run(Duration.ofSeconds(90));
      assertThat(outcome.passed()).as("%s%n%s", outcome, processes.logs()).isTrue();
    }

    private void rowsAreEqual(ShardedShop shop) throws SQLException {
      for (String table : List.of("item", "line")) {
        TableComparison result =
            new RowComparator(keyspaces.toCompare("from"), keyspaces.toCompare("into"))
                .compare(new TableToCompare(table, "tenant"));
        assertThat(result.equal()).as("%s", result).isTrue();
      }
      for (String keyspace : List.of("from", "into")) {
        assertThat(rows(keyspace, "SELECT id, tenant, code, qty, note FROM item"))
            .as(keyspace)
            .containsExactlyInAnyOrderElementsOf(shop.expectedItems());
        assertThat(rows(keyspace, "SELECT tenant, n, qty FROM line"))
            .as(keyspace)
            .containsExactlyInAnyOrderElementsOf(shop.expectedLines());
      }
    }

    private List<String> rows(String keyspace, String select) throws SQLException {
      List<String> rows = new ArrayList<>();
      for (ShardToCompare shard : keyspaces.toCompare(keyspace)) {
        try (Connection connection = shard.connections().openUtc();
            Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery(select)) {
          int columns = row.getMetaData().getColumnCount();
          while (row.next()) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= columns; i++) {
              text.append(i > 1 ? "|" : "").append(row.getString(i));
            }
            rows.add(text.toString());
          }
        }
      }
      return rows;
    }

    private void cancel() throws SQLException {
      var answer = processes.client().act(scope.workflow(), "cancel", "end of a test");
      assertThat(answer.ok()).as("%s", answer.body()).isTrue();
      awaitThat("cancelled", () -> status().path("state").asText().equals("cancelled"));
    }

    private void awaitThat(String what, Callable<Boolean> condition) {
      try {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(100))
            .ignoreExceptionsInstanceOf(UncheckedIOException.class)
            .until(condition);
      } catch (org.awaitility.core.ConditionTimeoutException e) {
        throw new AssertionError("never came: " + what + "\n" + status() + processes.logs(), e);
      }
    }
  }
}
