package dev.sluice.tests.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.sample.SampleKeyspace;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.LocalStack;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import dev.sluice.tests.workload.Ledger;
import dev.sluice.tests.workload.LedgerReport;
import dev.sluice.tests.workload.MovingSides;
import dev.sluice.tests.workload.MovingWriter;
import dev.sluice.tests.workload.Route;
import dev.sluice.tests.workload.WriterOptions;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The whole of Sluice on one machine in some minutes: real servers, live writes, the move of two
 * tables to two shards, the switch there, back and there again, the end of the move, and a
 * comparison that shares no code with any of it. Not thread-safe.
 */
final class Quickstart implements AutoCloseable {

  static final String WORKFLOW = "commerce2customer";

  private static final int SERVER_HEAP_MEGABYTES = 768;
  private static final double TRANSACTIONS_PER_SECOND = 120;
  private static final Duration COPY_LIMIT = Duration.ofMinutes(5);
  private static final Duration CHANGE_LIMIT = Duration.ofSeconds(60);
  private static final Duration EQUAL_LIMIT = Duration.ofSeconds(30);
  private static final int SERVE_SECONDS = 3;
  private static final Map<String, Object> MOVE =
      Map.of(
          "name",
          WORKFLOW,
          "source",
          "commerce",
          "target",
          "customer",
          "tables",
          List.of("customer", "corder"));

  private final Path home;
  private final int liveSeconds;
  private final Steps steps;
  private Stack stack;
  private SluiceProcess server;
  private MovingSides sides;
  private Route route;
  private MovingWriter writer;

  Quickstart(Path home, int liveSeconds, Steps steps) {
    this.home = home;
    this.liveSeconds = liveSeconds;
    this.steps = steps;
  }

  /**
   * Runs every step.
   *
   * @return exit code: 0 equal, 1 a step failed, 5 rows differ
   */
  int run() throws Exception {
    startStack();
    ConnectionSource source = Side.on(stack.source(), stack.source().schema());
    load(source);
    SluiceClient client = startServer();
    startWriter(source);
    if (!preflight(client) || !create(client) || !copy(client)) {
      return 1;
    }
    liveWrites("Live writes go on for %d s while both sides are kept equal", liveSeconds);
    boolean good =
        new VDiffStep(client, WORKFLOW, steps).run()
            && change(client, "switch-traffic", "SwitchTraffic: applications write on the shards")
            && sidesAreEqual("The reverse pipeline keeps the source equal")
            && change(client, "reverse-traffic", "ReverseTraffic: back to the source")
            && change(client, "switch-traffic", "SwitchTraffic again")
            && sidesAreEqual("Before the end: both sides once more")
            && complete(client);
    if (!good) {
      return 1;
    }
    boolean equal = ledgerHolds();
    steps.begin(
        equal
            ? "Done: the target serves alone, and no acknowledged write is lost or doubled"
            : "FAILED: the shards do not hold what was acknowledged");
    return equal ? 0 : 5;
  }

  private void startStack() {
    steps.begin(
        "Starting the local stack: Kafka, schema registry, a source MySQL, target shards -80 and 80-");
    stack = LocalStack.start(StackOptions.named("quickstart").home(home).build());
    steps.say("Kafka %s, registry %s", stack.kafka().bootstrapServers(), stack.registry().url());
    for (MysqlServer mysql : stack.mysql()) {
      steps.say("MySQL %-11s %s:%d", mysql.name(), mysql.host(), mysql.port());
    }
  }

  private void load(ConnectionSource source) throws SQLException, InterruptedException {
    SampleSize size = SampleSize.FULL;
    steps.begin("Loading the sample keyspace commerce: customer, corder, product");
    long began = System.nanoTime();
    long rows = new SampleKeyspace(size).load(source);
    steps.say(
        "%,d rows (%,d customers, %,d orders, %,d products) in %.1f s",
        rows, size.customers(), size.orders(), size.products(), (System.nanoTime() - began) / 1e9);
  }

  private void startWriter(ConnectionSource source) throws SQLException, InterruptedException {
    steps.begin(
        "Starting a writer that follows the routing rules and keeps a ledger of every acknowledged"
            + " write");
    KafkaSettings kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    sides =
        new MovingSides(
            "commerce", source, "customer", Side.target(stack, stack.options().targetSchema()));
    route = new Route(kafka, "customer");
    writer =
        MovingWriter.start(
            sides,
            route,
            SampleSize.FULL,
            new WriterOptions(4, TRANSACTIONS_PER_SECOND, 20_000, 1, 11));
    steps.say(
        "%.0f transactions/s over 4 connections, some of them open for a while; order ids from"
            + " AUTO_INCREMENT",
        TRANSACTIONS_PER_SECOND);
  }

  private SluiceClient startServer() {
    steps.begin("Starting the Sluice server (all roles, a process of its own)");
    int port = new Ports(0).take();
    String yaml = ServerConfig.of(stack).withHttpListen("127.0.0.1:" + port).yaml();
    server =
        SluiceProcess.start(
                new SluiceProcess.Settings(
                    "server",
                    stack.directory().resolve("server"),
                    yaml,
                    port,
                    "",
                    SERVER_HEAP_MEGABYTES,
                    List.of()))
            .awaitUp();
    steps.say("%s, process %d, log %s", server.client().base(), server.pid(), server.logFile());
    return server.client();
  }

  private boolean preflight(SluiceClient client) throws InterruptedException {
    steps.begin("Preflight: may the tables be moved safely?");
    SluiceClient.Answer answer = client.preflight(MOVE);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    // right after its start the server may still be electing its controller
    while (answer.code() == 503 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
      answer = client.preflight(MOVE);
    }
    if (!answer.ok()) {
      steps.say("the server answered %d: %s", answer.code(), answer.body());
      return false;
    }
    int fine = 0;
    for (JsonNode finding : answer.body().path("findings")) {
      String severity = finding.path("severity").asText();
      if (severity.equals("ok")) {
        fine++;
      } else {
        steps.say(
            "%-6s %s %s: %s",
            severity,
            finding.path("check").asText(),
            finding.path("object").asText(),
            finding.path("message").asText());
      }
    }
    steps.say("%d checks are fine", fine);
    return answer.body().path("ok").asBoolean();
  }

  private boolean create(SluiceClient client) {
    steps.begin(
        "Creating the workflow "
            + WORKFLOW
            + ": customer and corder, from commerce to customer by customer_id");
    SluiceClient.Answer answer = client.create(MOVE);
    if (!answer.ok()) {
      steps.say("the server answered %d: %s", answer.code(), answer.body());
      return false;
    }
    return true;
  }

  private boolean copy(SluiceClient client) throws InterruptedException {
    steps.begin("Copying rows and following the binary log, without a lock");
    CopyProgressLine line = new CopyProgressLine();
    long began = System.nanoTime();
    long pollMillis = steps.isTerminal() ? 250 : 1_000;
    while (System.nanoTime() - began < COPY_LIMIT.toNanos()) {
      JsonNode status = client.status(WORKFLOW).body();
      steps.live(line.line(status, System.nanoTime(), Instant.now()));
      String state = status.path("state").asText();
      if (state.equals("running")) {
        steps.say(
            "running after %.1f s, peak %,.0f rows/s; the writer has committed %,d transactions meanwhile",
            (System.nanoTime() - began) / 1e9, line.peakRate(), writer.counts().committed());
        return true;
      }
      if (state.equals("error")) {
        steps.say("the workflow stopped with an error: %s", status.path("error"));
        return false;
      }
      checkWriter();
      TimeUnit.MILLISECONDS.sleep(pollMillis);
    }
    steps.say(
        "not running after %d s; the server's last lines:%n%s",
        COPY_LIMIT.toSeconds(), server.logTail());
    return false;
  }

  private void liveWrites(String title, int seconds) throws InterruptedException {
    steps.begin(String.format(Locale.ROOT, title, seconds));
    long before = writer.counts().committed();
    CopyProgressLine line = new CopyProgressLine();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      steps.live(
          line.line(server.client().status(WORKFLOW).body(), System.nanoTime(), Instant.now())
              + "  writer "
              + writer.counts().committed());
      checkWriter();
      TimeUnit.SECONDS.sleep(1);
    }
    steps.say("%,d transactions acknowledged meanwhile", writer.counts().committed() - before);
  }

  /** Asks until everything is ready for it, as an operator would. */
  private boolean change(SluiceClient client, String verb, String title)
      throws InterruptedException {
    steps.begin(title);
    MovingWriter.Counts before = writer.counts();
    Map<String, Object> body = Map.of("reason", "quickstart", "timeout", "20s");
    long end = System.nanoTime() + CHANGE_LIMIT.toNanos();
    SluiceClient.Answer answer = client.act(WORKFLOW, verb, body);
    while (!answer.ok() && System.nanoTime() < end) {
      steps.say("not yet: %s", answer.body().path("message").asText());
      TimeUnit.SECONDS.sleep(1);
      answer = client.act(WORKFLOW, verb, body);
    }
    if (!answer.ok()) {
      steps.say("the server answered %d: %s", answer.code(), answer.body());
      return false;
    }
    StringBuilder line = new StringBuilder();
    answer
        .body()
        .path("steps")
        .forEach(
            step ->
                line.append(line.length() == 0 ? "" : ", ")
                    .append(step.path("name").asText())
                    .append(' ')
                    .append(step.path("millis").asLong())
                    .append(" ms"));
    steps.say("%s", line);
    steps.say("writes were blocked for %d ms", answer.body().path("writeBlockMillis").asLong());
    TimeUnit.SECONDS.sleep(SERVE_SECONDS);
    checkWriter();
    MovingWriter.Counts now = writer.counts();
    steps.say(
        "since then, %d s: %,d transactions on the source, %,d on the shards, %,d denied and done"
            + " again, %,d order ids from the sequence",
        SERVE_SECONDS,
        now.onSource() - before.onSource(),
        now.onTarget() - before.onTarget(),
        now.denied() - before.denied(),
        now.sequenceIds() - before.sequenceIds());
    return true;
  }

  /** With the writer at rest, rows against rows; the last changes may be on their way. */
  private boolean sidesAreEqual(String title) throws Exception {
    steps.begin(title);
    return writer.paused(
        () -> {
          long began = System.nanoTime();
          FinalCheck check = new FinalCheck(stack, steps);
          while (!check.sidesAreEqual(false)) {
            if (System.nanoTime() - began > EQUAL_LIMIT.toNanos()) {
              check.sidesAreEqual(true);
              return false;
            }
            TimeUnit.MILLISECONDS.sleep(100);
          }
          check.sidesAreEqual(true);
          steps.say("equal %.1f s after the last write", (System.nanoTime() - began) / 1e9);
          return true;
        });
  }

  private boolean complete(SluiceClient client) throws InterruptedException {
    steps.begin("Complete: the source's tables and everything Sluice made go, under live writes");
    SluiceClient.Answer answer = client.act(WORKFLOW, "complete", "quickstart");
    long end = System.nanoTime() + CHANGE_LIMIT.toNanos();
    String state = "";
    while (answer.ok() && System.nanoTime() < end) {
      state = client.status(WORKFLOW).body().path("state").asText();
      if (state.equals("completed")) {
        steps.say("completed; routing rules stay on the target");
        return true;
      }
      checkWriter();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    steps.say("not completed but %s: %s", state, answer.body());
    return false;
  }

  private boolean ledgerHolds() throws SQLException, InterruptedException {
    steps.begin("Comparing the shards with the ledger of acknowledged writes");
    Ledger ledger = writer.stop();
    MovingWriter.Counts counts = writer.counts();
    steps.say(
        "%,d transactions acknowledged (%,d by the source, %,d by the shards), %,d denied, %,d failed",
        counts.committed(), counts.onSource(), counts.onTarget(), counts.denied(), counts.failed());
    LedgerReport report = ledger.checkMoved(sides.targets());
    steps.say("ledger on the shards: %s", report);
    return report.clean();
  }

  private void checkWriter() {
    if (writer.violation() != null) {
      throw writer.violation();
    }
  }

  /** How to reach what is running. */
  void describe() {
    steps.say("status      ./sluice status %s --server %s", WORKFLOW, server.client().base());
    steps.say("page        %s/", server.client().base());
    steps.say("Kafka       %s", stack.kafka().bootstrapServers());
    steps.say("registry    %s", stack.registry().url());
    for (MysqlServer mysql : stack.mysql()) {
      steps.say(
          "%-11s %s -h %s -P %d -u %s -p%s %s",
          mysql.name(),
          stack.mysqlClient() == null ? "mysql" : stack.mysqlClient(),
          mysql.host(),
          mysql.port(),
          mysql.adminUser(),
          mysql.adminPassword(),
          mysql.schema());
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (writer != null) {
      writer.close();
    }
    if (route != null) {
      route.close();
    }
    if (server != null) {
      server.close();
    }
    if (stack != null) {
      stack.close();
    }
  }
}
