package dev.sluice.tests.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.compare.JournalReader;
import dev.sluice.tests.compare.MarkerPassage;
import dev.sluice.tests.compare.ShardToCompare;
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
import dev.sluice.tests.workload.LedgerWriter;
import dev.sluice.tests.workload.SampleLedgerTables;
import dev.sluice.tests.workload.WriterCounts;
import dev.sluice.tests.workload.WriterOptions;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The whole of Sluice on one machine in some minutes: real servers, live writes, the move of two
 * tables to two shards, and a comparison that shares no code with the move. Not thread-safe.
 */
final class Quickstart implements AutoCloseable {

  static final String WORKFLOW = "commerce2customer";

  private static final int SERVER_HEAP_MEGABYTES = 768;
  private static final double TRANSACTIONS_PER_SECOND = 120;
  private static final Duration COPY_LIMIT = Duration.ofMinutes(5);
  private static final Duration MARKER_LIMIT = Duration.ofSeconds(60);
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
  private LedgerWriter writer;

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
  int run() throws SQLException, InterruptedException {
    startStack();
    ConnectionSource source = Side.on(stack.source(), stack.source().schema());
    load(source);
    startWriter(source);
    SluiceClient client = startServer();
    if (!preflight(client) || !create(client) || !copy(client)) {
      return 1;
    }
    Ledger ledger = liveWrites(client);
    if (!passMarker()) {
      return 1;
    }
    steps.begin(
        "Comparing source and shards row by row, and both with the ledger of acknowledged writes");
    boolean equal = new FinalCheck(stack, steps).run(ledger);
    steps.begin(
        equal
            ? "Done: both sides are equal and no acknowledged write is lost or doubled"
            : "FAILED: the sides differ");
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

  private void startWriter(ConnectionSource source) throws SQLException {
    steps.begin("Starting a writer that keeps a ledger of every acknowledged write");
    writer =
        LedgerWriter.start(
            source,
            SampleLedgerTables.all(SampleSize.FULL),
            new WriterOptions(2, TRANSACTIONS_PER_SECOND, 20_000, 200_000, 11));
    steps.say(
        "%.0f transactions/s: inserts, updates (also of primary keys and vindex columns), deletes, swaps of unique"
            + " values, rollbacks",
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

  private Ledger liveWrites(SluiceClient client) throws InterruptedException {
    steps.begin("Live writes go on for " + liveSeconds + " s while both sides are kept equal");
    CopyProgressLine line = new CopyProgressLine();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(liveSeconds);
    while (System.nanoTime() < end) {
      steps.live(
          line.line(client.status(WORKFLOW).body(), System.nanoTime(), Instant.now())
              + "  writer "
              + writer.counts().committed());
      checkWriter();
      TimeUnit.SECONDS.sleep(1);
    }
    Ledger ledger = writer.stop();
    WriterCounts counts = writer.counts();
    steps.say(
        "writer stopped: %,d transactions acknowledged (%,d rows written), %,d rolled back, %,d refused",
        counts.committed(), counts.rowWrites(), counts.rolledBack(), counts.failed());
    steps.say("%s", new java.util.TreeMap<>(counts.byAction()));
    return ledger;
  }

  private void checkWriter() {
    if (writer.violation() != null) {
      throw writer.violation();
    }
  }

  private boolean passMarker() throws SQLException {
    steps.begin("Writing a marker on the source and waiting until every shard has applied it");
    List<ShardToCompare> sources = Side.source(stack, stack.source().schema());
    List<ShardToCompare> targets = Side.target(stack, stack.options().targetSchema());
    KafkaSettings kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    JournalReader reader =
        new JournalReader(
            kafka, new ConfluentSchemaIds(new RegistrySettings(stack.registry().url(), Map.of())));
    MarkerPassage.Outcome outcome =
        new MarkerPassage(
                WORKFLOW,
                TopicNames.of(WORKFLOW, Direction.FORWARD).journal(),
                reader,
                sources,
                targets)
            .run(MARKER_LIMIT);
    steps.say(
        "%s after %d ms: %s",
        outcome.passed() ? "passed" : "NOT passed", outcome.millis(), outcome.detail());
    return outcome.passed();
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
    if (server != null) {
      server.close();
    }
    if (stack != null) {
      stack.close();
    }
  }
}
