package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.sample.SampleKeyspace;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.workload.LedgerWriter;
import dev.sluice.tests.workload.SampleLedgerTables;
import dev.sluice.tests.workload.WriterOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One move of the sample on the shared stack, with its Sluice processes and its writer: what
 * end-to-end tests say in sentences. Closing it removes the workflow, so that no later test's
 * server works on it. Not thread-safe.
 */
final class Move implements AutoCloseable {

  static final List<String> TABLES = List.of("customer", "corder");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  final Stack stack;
  final StackScope scope;
  final Processes processes;
  private final SampleSize size;
  private String workflow;
  private LedgerWriter writer;
  private boolean created;

  private Move(Stack stack, StackScope scope, Processes processes, SampleSize size) {
    this.stack = stack;
    this.scope = scope;
    this.processes = processes;
    this.size = size;
    this.workflow = scope.workflow();
  }

  /** Loads the sample into the scope's source schema; no Sluice process runs yet. */
  static Move of(Stack stack, StackScope scope, SampleSize size) throws Exception {
    return of(stack, scope, size, scope.serverConfig(), 384);
  }

  /** The same, with a configuration and a heap (MB) of one's own. */
  static Move of(
      Stack stack, StackScope scope, SampleSize size, ServerConfig config, int heapMegabytes)
      throws Exception {
    Path directory = stack.directory().resolve("sluice-" + scope.workflow());
    Move move = new Move(stack, scope, new Processes(directory, config, heapMegabytes), size);
    new SampleKeyspace(size).load(move.source());
    return move;
  }

  String workflow() {
    return workflow;
  }

  TopicNames topics() {
    return TopicNames.of(workflow, Direction.FORWARD);
  }

  /** The scope's schema on the source, as the administrator. */
  ConnectionSource source() {
    return Side.on(stack.source(), scope.sourceSchema());
  }

  /** The primaries of the target's shards. */
  List<MysqlServer> targets() {
    return stack.options().targetShards().stream().map(stack::target).toList();
  }

  /** Starts the writer. */
  Move write(double transactionsPerSecond) throws SQLException {
    writer =
        LedgerWriter.start(
            source(), SampleLedgerTables.all(size), WriterOptions.atRate(transactionsPerSecond));
    return this;
  }

  LedgerWriter writer() {
    return writer;
  }

  /** Starts every process of a layout and waits until they answer. */
  Move start(Layout layout) {
    layout.processes().forEach(processes::start);
    processes.awaitUp();
    return this;
  }

  /** Creates and starts the workflow. */
  Move create() {
    return create(Map.of("copy.slice", "500ms"));
  }

  /** Creates and starts the workflow with these options. */
  Move create(Map<String, Object> options) {
    return create("commerce", "customer", options);
  }

  /** Creates and starts a workflow between the two keyspaces, whichever way. */
  Move create(String from, String to, Map<String, Object> options) {
    Map<String, Object> spec = new HashMap<>();
    spec.put("name", workflow);
    spec.put("source", from);
    spec.put("target", to);
    spec.put("tables", TABLES);
    spec.put("options", options);
    SluiceClient client = processes.client();
    // a server that has just started may not have its controller yet
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> {
              SluiceClient.Answer answer = client.create(spec);
              if (answer.code() == 503) {
                return false;
              }
              assertThat(answer.code()).as("create: %s", answer.body()).isIn(200, 201, 409);
              return true;
            });
    created = true;
    return this;
  }

  /** Another workflow over the same tables, after this one was cancelled. */
  void rename(String name) {
    workflow = name;
  }

  JsonNode status() {
    return processes.client().status(workflow).body();
  }

  /** Waits until the workflow is in the state. */
  Move awaitState(String state) {
    return awaitThat("state " + state, () -> status().path("state").asText().equals(state));
  }

  /** Waits for a condition; when it does not come, the status and the logs tell why. */
  Move awaitThat(String what, Callable<Boolean> condition) {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(condition);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          "never came: " + what + "\nstatus " + describeStatus() + "\n" + processes.logs(), e);
    }
    return this;
  }

  private String describeStatus() {
    try {
      return status().toPrettyString();
    } catch (UncheckedIOException e) {
      return "unknown: " + e.getMessage();
    }
  }

  /** Waits until the writer has committed this many more transactions. */
  Move awaitWrites(long transactions) {
    long goal = writer.counts().committed() + transactions;
    return awaitThat(
        "writer at " + goal,
        () -> {
          if (writer.violation() != null) {
            throw writer.violation();
          }
          return writer.counts().committed() >= goal;
        });
  }

  /** Waits until the process that has the point is held there. */
  Move awaitPaused(SluiceProcess process, String pausePoint) {
    return awaitThat("pause point " + pausePoint, () -> process.reached(pausePoint));
  }

  /** Runs statements on the scope's source schema over one connection. */
  void onSource(String... statements) throws SQLException {
    try (Connection connection = source().openUtc();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Cancels the workflow and waits until it is gone. */
  void cancel() {
    SluiceClient.Answer answer = processes.client().act(workflow, "cancel", "end of a test");
    assertThat(answer.ok()).as("cancel: %s", answer.body()).isTrue();
    awaitState("cancelled");
    created = false;
  }

  /** The workflow has ended; there is nothing left to be removed. */
  void ended() {
    created = false;
  }

  @Override
  public void close() throws Exception {
    try {
      if (writer != null) {
        writer.close();
      }
    } finally {
      processes.close();
      if (created) {
        new ControlTopics(stack).forget(workflow);
      }
    }
  }
}
