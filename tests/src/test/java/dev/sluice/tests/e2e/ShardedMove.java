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
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Workflows between keyspaces of any shape, with one Sluice process: what tests of shapes say in
 * sentences. Not thread-safe.
 */
final class ShardedMove implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stack stack;
  private final Keyspaces keyspaces;
  private final Processes processes;
  private final JournalReader reader;
  private final Set<String> created = new HashSet<>();
  private String roles = "controller,capture,apply";

  ShardedMove(Stack stack, StackScope scope, Keyspaces keyspaces) {
    this(stack, scope, keyspaces, 384);
  }

  ShardedMove(Stack stack, StackScope scope, Keyspaces keyspaces, int heapMegabytes) {
    this.stack = stack;
    this.keyspaces = keyspaces;
    this.processes =
        new Processes(
            stack.directory().resolve("sluice-" + scope.workflow()),
            keyspaces::yaml,
            heapMegabytes);
    this.reader =
        new JournalReader(
            new KafkaSettings(
                stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES),
            new ConfluentSchemaIds(new RegistrySettings(stack.registry().url(), Map.of())));
  }

  /** Processes started from now on have these roles. */
  ShardedMove roles(String wanted) {
    roles = wanted;
    return this;
  }

  /** Starts a process with every role, and waits until it has its controller. */
  ShardedMove start() {
    startHeldAt();
    awaitThat("an active controller", () -> processes.client().get("/v1/workflows").code() == 200);
    return this;
  }

  /** Starts a process with every role that is held at the pause points; kills one before it. */
  SluiceProcess startHeldAt(String... pausePoints) {
    SluiceProcess process = processes.get(roles);
    if (process != null) {
      process.kill();
    }
    return processes.start(roles, pausePoints).awaitUp();
  }

  /** The end of the processes' logs. */
  String logs() {
    return processes.logs();
  }

  SluiceClient client() {
    return processes.client();
  }

  /** Asks for a workflow; the answer may be a refusal. */
  SluiceClient.Answer ask(String name, String source, String target, Object tables) {
    Map<String, Object> spec = new HashMap<>();
    spec.put("name", name);
    spec.put("source", source);
    spec.put("target", target);
    if (tables instanceof List) {
      spec.put("tables", tables);
    } else {
      spec.put("all", true);
    }
    spec.put("options", Map.of("copy.slice", "300ms"));
    SluiceClient.Answer answer = client().create(spec);
    if (answer.ok()) {
      created.add(name);
    }
    return answer;
  }

  ShardedMove create(String name, String source, String target, String... tables) {
    SluiceClient.Answer answer = ask(name, source, target, List.of(tables));
    assertThat(answer.code()).as("%s", answer.body()).isEqualTo(201);
    return this;
  }

  /** Creates the workflow of a whole spec; answers it. */
  JsonNode create(Map<String, Object> spec) {
    SluiceClient.Answer answer = client().create(spec);
    assertThat(answer.code()).as("%s", answer.body()).isEqualTo(201);
    created.add((String) spec.get("name"));
    return answer.body();
  }

  /** Notes that a workflow may be there, to be removed on close. */
  void expect(String name) {
    created.add(name);
  }

  JsonNode status(String name) {
    return client().status(name).body();
  }

  ShardedMove awaitState(String name, String state) {
    return awaitThat(
        name + " is " + state, () -> status(name).path("state").asText().equals(state));
  }

  ShardedMove awaitThat(String what, Callable<Boolean> condition) {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(condition);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      StringBuilder why = new StringBuilder("never came: " + what + "\n");
      created.forEach(name -> why.append(status(name).toPrettyString()).append('\n'));
      throw new AssertionError(why + processes.logs(), e);
    }
    return this;
  }

  /** Everything committed on the source so far is on the target, and nothing is parked. */
  void settles(String name, String source, String target) throws SQLException {
    MarkerPassage.Outcome outcome =
        new MarkerPassage(
                name,
                TopicNames.of(name, Direction.FORWARD).journal(),
                reader,
                keyspaces.toCompare(source),
                keyspaces.toCompare(target))
            .run(Duration.ofSeconds(90));
    assertThat(outcome.passed()).as("%s%n%s", outcome, processes.logs()).isTrue();
    awaitThat("nothing parked", () -> nothingParked(name, keyspaces.shards(target).size()));
  }

  private boolean nothingParked(String name, int shards) {
    int there = 0;
    for (JsonNode applier : status(name).path("appliers")) {
      there += applier.path("direction").asText().equals("forward") ? 1 : 0;
      if (!applier.path("parkedRows").isIntegralNumber()
          || applier.path("parkedRows").asLong() > 0) {
        return false;
      }
    }
    assertThat(there).isEqualTo(shards);
    return true;
  }

  /** True when every row of a table is on both sides, and nothing else. */
  boolean equal(String source, String target, String vindexColumn, String table)
      throws SQLException {
    return new RowComparator(keyspaces.toCompare(source), keyspaces.toCompare(target))
        .compare(new TableToCompare(table, vindexColumn))
        .equal();
  }

  void rowsAreEqual(String source, String target, String vindexColumn, String... tables)
      throws SQLException {
    for (String table : tables) {
      TableComparison result =
          new RowComparator(keyspaces.toCompare(source), keyspaces.toCompare(target))
              .compare(new TableToCompare(table, vindexColumn));
      assertThat(result.equal()).as("%s", result).isTrue();
    }
  }

  /** Rows of all shards as text, columns joined by {@code |}. */
  List<String> rows(String keyspace, String select) throws SQLException {
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

  void cancel(String name) {
    SluiceClient.Answer answer = client().act(name, "cancel", "end of a test");
    assertThat(answer.ok()).as("%s", answer.body()).isTrue();
    awaitState(name, "cancelled");
    created.remove(name);
  }

  @Override
  public void close() throws Exception {
    processes.close();
    for (String name : created) {
      new ControlTopics(stack).forget(name);
    }
    keyspaces.close();
  }
}
