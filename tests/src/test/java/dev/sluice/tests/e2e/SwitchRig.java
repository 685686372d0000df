package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.workload.Ledger;
import dev.sluice.tests.workload.MovingSides;
import dev.sluice.tests.workload.MovingWriter;
import dev.sluice.tests.workload.Route;
import dev.sluice.tests.workload.WriterOptions;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A move whose traffic changes sides: writers that follow the rules, and one that does not. */
final class SwitchRig implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Move move;
  final MovingSides sides;
  private final List<ShardToCompare> sources;
  private final List<ShardToCompare> targets;
  private Route route;
  private MovingWriter writer;
  private Rogue rogue;
  private boolean targetServes;

  private SwitchRig(Move move) {
    this.move = move;
    this.sources = Side.source(move.stack, move.scope.sourceSchema());
    this.targets = Side.target(move.stack, move.scope.targetSchema());
    this.sides = new MovingSides("commerce", move.source(), "customer", targets);
  }

  private SwitchRig(Move move, PlainAccount account) {
    this.move = move;
    this.sources = Side.source(move.stack, move.scope.sourceSchema());
    this.targets = Side.target(move.stack, move.scope.targetSchema());
    List<ShardToCompare> shards = new ArrayList<>();
    for (String keyRange : move.stack.options().targetShards()) {
      shards.add(
          new ShardToCompare(
              keyRange, account.on(move.stack.target(keyRange), move.scope.targetSchema())));
    }
    this.sides =
        new MovingSides(
            "commerce",
            account.on(move.stack.source(), move.scope.sourceSchema()),
            "customer",
            shards);
  }

  /** The same with writers that are no administrators: {@code read_only} binds them. */
  static SwitchRig of(Stack stack, StackScope scope, PlainAccount account) throws Exception {
    return new SwitchRig(Move.of(stack, scope, SampleSize.SMALL), account);
  }

  /** The sample, loaded; no process runs yet. */
  static SwitchRig of(Stack stack, StackScope scope) throws Exception {
    return new SwitchRig(Move.of(stack, scope, SampleSize.SMALL));
  }

  /** Starts writers of both kinds; the workflow exists. */
  SwitchRig write(int connections, double transactionsPerSecond) throws Exception {
    KafkaSettings kafka =
        new KafkaSettings(
            move.stack.kafka().bootstrapServers(),
            Map.of(),
            KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    route = new Route(kafka, "customer");
    writer =
        MovingWriter.start(
            sides,
            route,
            SampleSize.SMALL,
            new WriterOptions(connections, transactionsPerSecond, 8_000, 1, 11));
    rogue = Rogue.start(sides);
    return this;
  }

  MovingWriter writer() {
    return writer;
  }

  /** Waits until the writers have been acknowledged this many more transactions. */
  SwitchRig awaitWrites(long transactions) {
    long goal = writer.counts().committed() + transactions;
    move.awaitThat(
        "writer at " + goal + ", " + writer.counts(),
        () -> {
          healthy();
          return writer.counts().committed() >= goal;
        });
    return this;
  }

  void healthy() {
    if (writer.violation() != null) {
      throw writer.violation();
    }
    rogue.check();
  }

  SluiceClient.Answer change(String verb, Map<String, Object> more) {
    Map<String, Object> body = new HashMap<>(more);
    body.put("reason", "test");
    return move.processes.client().act(move.workflow(), verb, body);
  }

  SluiceClient.Answer switchTraffic() {
    return change("switch-traffic", Map.of("skipVdiff", true));
  }

  SluiceClient.Answer reverseTraffic() {
    return change("reverse-traffic", Map.of());
  }

  /**
   * Asks until somebody carries it out or dies over it; what becomes of it is for others to see.
   */
  void ask(String verb) throws InterruptedException {
    while (true) {
      try {
        int code = (verb.startsWith("switch") ? switchTraffic() : reverseTraffic()).code();
        if (code != 412 && code != 503) {
          return;
        }
      } catch (UncheckedIOException | NoSuchElementException e) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Waits until nothing stands in the way of a change of traffic. */
  SwitchRig ready(String verb) {
    boolean there = verb.startsWith("switch");
    Map<String, Object> body =
        there ? Map.of("skipVdiff", true, "dryRun", true) : Map.of("dryRun", true);
    move.awaitThat(verb + " is possible", () -> change(verb, body).code() == 200);
    return this;
  }

  /** Asks once, without waiting for the answer. */
  CompletableFuture<SluiceClient.Answer> asked(String verb) {
    return CompletableFuture.supplyAsync(
        () -> verb.startsWith("switch") ? switchTraffic() : reverseTraffic());
  }

  /**
   * Asks until somebody takes it up, and kills the controller when it comes to the point, while
   * nobody else is there to go on.
   */
  void killAt(SluiceProcess controller, String point, String verb) {
    CompletableFuture<Void> asking =
        CompletableFuture.runAsync(
            () -> {
              try {
                ask(verb);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    move.awaitPaused(controller, point);
    controller.kill();
    asking.join();
  }

  /** Waits until a change has ended in a state, by whomever. */
  void endsIn(String state) {
    move.awaitThat(
        "ended in " + state,
        () -> {
          healthy();
          JsonNode status = move.status();
          return status.path("state").asText().equals(state)
              && status.path("legalActions").toString().contains("-traffic");
        });
    trafficChanged(state);
  }

  /** Why the workflow came to the state it is in. */
  String lastReason() {
    JsonNode history = move.processes.client().show(move.workflow()).orThrow().path("history");
    return history.path(history.size() - 1).path("reason").asText();
  }

  /** Changes the traffic when everything is ready for it; answers the write block. */
  long changed(String verb) {
    JsonNode[] done = new JsonNode[1];
    move.awaitThat(
        verb + " done",
        () -> {
          healthy();
          SluiceClient.Answer answer =
              verb.startsWith("switch") ? switchTraffic() : reverseTraffic();
          // lag, a unit that has not spoken yet, a controller that takes over: waited for
          if (answer.code() == 412 || answer.code() == 503) {
            return false;
          }
          assertThat(answer.code()).as("%s: %s", verb, answer.body()).isEqualTo(200);
          done[0] = answer.body();
          return true;
        });
    assertThat(done[0].path("steps"))
        .as("%s", done[0])
        .allSatisfy(step -> assertThat(step.path("outcome").asText()).isEqualTo("done"));
    trafficChanged(done[0].path("currentState").asText());
    return done[0].path("writeBlockMillis").asLong();
  }

  /** A change that ended in this state has been carried out, by whomever. */
  void trafficChanged(String state) {
    boolean onTarget = state.equals("switched");
    if (onTarget != targetServes) {
      targetServes = onTarget;
      rogue.changed();
    }
  }

  /** With every writer at rest, both sides become and stay the same. */
  void bothSidesAreEqual() throws Exception {
    writer.paused(
        () -> {
          rogue.paused(
              () -> {
                await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> differences().isEmpty());
                return null;
              });
          return null;
        });
  }

  /** Runs something while nobody writes, and nothing written is on its way. */
  void resting(ThrowingRunnable work) throws Exception {
    writer.paused(
        () ->
            rogue.paused(
                () -> {
                  await()
                      .atMost(PATIENCE)
                      .pollInterval(Duration.ofMillis(200))
                      .until(() -> differences().isEmpty());
                  work.run();
                  return null;
                }));
  }

  /**
   * Runs something while only writers write that follow the rules: a target takes writes until its
   * copy ends.
   */
  void withoutRogue(ThrowingRunnable work) throws Exception {
    rogue.paused(
        () -> {
          work.run();
          return null;
        });
  }

  /** Something that may fail. */
  interface ThrowingRunnable {
    void run() throws Exception;
  }

  private List<String> differences() throws SQLException {
    List<String> differences = new ArrayList<>();
    for (String table : Move.TABLES) {
      TableComparison result =
          new RowComparator(sources, targets).compare(new TableToCompare(table, "customer_id"));
      if (!result.equal()) {
        differences.add(result.toString());
      }
    }
    return differences;
  }

  /** Ends the writing; everything acknowledged is on both sides. */
  void nothingIsLost() throws Exception {
    bothSidesAreEqual();
    onTargets(true);
  }

  /** Ends the writing; everything acknowledged is on the target, and on the source if asked for. */
  void onTargets(boolean andOnSource) throws Exception {
    rogue.close();
    rogue.check();
    Ledger ledger = writer.stop();
    if (andOnSource) {
      // the last writes were made after the sides were compared: they are still on their way
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> differences().isEmpty());
    }
    assertThat(ledger.checkMoved(sides.targets()).samples()).as("ledger on the shards").isEmpty();
    if (andOnSource) {
      assertThat(ledger.checkMoved(List.of(sides.source())).samples())
          .as("ledger on the source")
          .isEmpty();
    }
  }

  /** Ends the writing; everything acknowledged is on the source. */
  void onSource() throws Exception {
    rogue.close();
    rogue.check();
    Ledger ledger = writer.stop();
    assertThat(ledger.checkMoved(List.of(sides.source())).samples())
        .as("ledger on the source")
        .isEmpty();
  }

  /** True when an application may write on the source. */
  boolean sourceTakesWrites() throws SQLException {
    return Rogue.takesWrites(sides.source());
  }

  /** True when an application may write on the target. */
  boolean targetTakesWrites() throws SQLException {
    return Rogue.takesWrites(sides.targets().get(0));
  }

  /** The first column of a query's rows, on a place. */
  static List<String> query(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  @Override
  public void close() throws Exception {
    try {
      if (rogue != null) {
        rogue.close();
      }
      if (writer != null) {
        writer.close();
      }
      if (route != null) {
        route.close();
      }
    } finally {
      move.close();
    }
  }
}
