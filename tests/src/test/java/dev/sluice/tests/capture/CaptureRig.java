package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.capture.CaptureContext;
import dev.sluice.capture.CaptureStream;
import dev.sluice.capture.CopyLimits;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Runs the capture of one stream alone against the shared stack, from one shard to two. */
final class CaptureRig implements AutoCloseable {

  private static final List<String> TARGET_SHARDS = List.of("-80", "80-");

  private final StackScope scope;
  final Stack stack;
  final MysqlServer source;
  final KafkaSettings kafka;
  final SchemaIds schemaIds;
  final AtomicLong backlogBytes = new AtomicLong();
  final List<StreamStatus> statuses = new ArrayList<>();
  final String uuid = UUID.randomUUID().toString();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  MovePlan plan;
  long generation = 1;
  Optional<String> runsNoDdl = Optional.empty();
  Supplier<List<Request.Repair>> repairs = List::of;
  private Endpoint endpoint;
  private Running running;

  CaptureRig(StackScope scope) {
    this.scope = scope;
    this.stack = scope.stack();
    this.source = stack.source();
    this.kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    this.schemaIds = new ConfluentSchemaIds(new RegistrySettings(stack.registry().url(), Map.of()));
    this.endpoint = endpoint(source.host(), source.port());
  }

  Endpoint endpoint(String host, int port) {
    return new Endpoint(
        host, port, source.user(), source::password, scope.sourceSchema(), Map.of());
  }

  /** The server is reached by another way from now on. */
  void through(Endpoint other) {
    endpoint = other;
  }

  Connection connect() throws SQLException {
    return source.connectAsAdmin(scope.sourceSchema());
  }

  void execute(String... statements) {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Plans the tables as they are now, and makes the topics. */
  void plan(Map<String, String> vindexColumns) {
    try (Connection connection = connect()) {
      var described =
          new InformationSchema(connection).describe(scope.sourceSchema(), vindexColumns.keySet());
      List<TablePlan> tables = new ArrayList<>();
      for (Map.Entry<String, String> table : vindexColumns.entrySet()) {
        TableSchema schema = described.get(table.getKey()).toSchema();
        VindexSpec vindex = new VindexSpec(table.getValue(), "sha256");
        tables.add(new TablePlan(schema, null, vindex, "", "", List.of(), true, 1));
      }
      plan = new MovePlan(List.of("-"), TARGET_SHARDS, tables);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    createTopics();
  }

  private void createTopics() {
    TopicNames names = names();
    List<NewTopic> topics = new ArrayList<>();
    Map<String, String> config =
        Map.of("retention.ms", "-1", "max.message.bytes", Integer.toString(33 << 20));
    topics.add(new NewTopic(names.journal(), 1, (short) 1).configs(config));
    topics.add(new NewTopic(names.schemaHistory(0), 1, (short) 1).configs(config));
    plan.tables()
        .forEach(
            t ->
                topics.add(
                    new NewTopic(names.data(t.name()), plan.partitions(), (short) 1)
                        .configs(config)));
    try (Admin admin = Admin.create(kafka.client("capture-rig"))) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  TopicNames names() {
    return TopicNames.of(scope.workflow(), Direction.FORWARD);
  }

  StreamId stream() {
    return new StreamId(scope.workflow(), uuid, Direction.FORWARD, "-", 0);
  }

  CaptureContext context(WorkflowOptions options, PausePoints pausePoints) {
    return new CaptureContext(
        stream(),
        plan,
        options,
        endpoint,
        endpoint,
        "_sluice",
        kafka,
        ChangeCodecs.wire(schemaIds),
        meters,
        pausePoints,
        Clock.systemUTC(),
        this::heard,
        CopyLimits.backlog(backlogBytes::get),
        0,
        () -> generation,
        () -> runsNoDdl,
        repairs);
  }

  private void heard(StreamStatus status) {
    synchronized (statuses) {
      statuses.add(status);
    }
  }

  /** The newest status; null before the first. */
  StreamStatus status() {
    synchronized (statuses) {
      return statuses.isEmpty() ? null : statuses.get(statuses.size() - 1);
    }
  }

  Running start() {
    return start(WorkflowOptions.defaults(), PausePoints.off());
  }

  Running start(WorkflowOptions options, PausePoints pausePoints) {
    running = new Running(new CaptureStream(context(options, pausePoints)));
    return running;
  }

  /** What the topics say now. */
  StreamReplay replay() {
    return new StreamReplay(this);
  }

  /** Writes a marker and waits until the journal names it. */
  void awaitMarker() {
    String token = UUID.randomUUID().toString();
    execute(
        "INSERT INTO _sluice.marker (token, workflow, kind, written_at) VALUES ('"
            + token
            + "', 'test', 'PROBE', NOW(6))");
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .until(() -> failed() || replay().hasMarker(token));
    assertThat(running.failure()).isNull();
  }

  private boolean failed() {
    return running.failure() != null;
  }

  /** GTIDs of everything committed on the source. */
  GtidSet executed() {
    try (Connection connection = connect()) {
      return GtidWaiter.executed(connection);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** True when these are in no binary log of the source any more. */
  boolean purged(GtidSet gtids) {
    try (Connection connection = connect()) {
      return GtidWaiter.purged(connection).contains(gtids);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Rows of plain integers and strings, in the form that a replay has them. */
  Map<String, String> sourceRows(String table, List<String> key) {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT * FROM " + table)) {
      while (result.next()) {
        StringBuilder keyText = new StringBuilder();
        for (String column : key) {
          keyText.append(result.getString(column)).append('|');
        }
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.append(result.getString(i)).append('|');
        }
        rows.put(keyText.toString(), row.toString());
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return rows;
  }

  @Override
  public void close() {
    if (running != null) {
      running.stop();
    }
  }

  /** A capture on its thread. */
  static final class Running {
    private final CaptureStream unit;
    private final Thread thread;
    private volatile Throwable failure;

    Running(CaptureStream unit) {
      this.unit = unit;
      this.thread =
          new Thread(
              () -> {
                try {
                  unit.run();
                } catch (Throwable e) {
                  failure = e;
                }
              },
              "capture-under-test");
      thread.start();
    }

    boolean isAlive() {
      return thread.isAlive();
    }

    /** Why it ended; null while it runs or when it was stopped. */
    Throwable failure() {
      return failure;
    }

    Throwable awaitFailure(Duration atMost) {
      try {
        thread.join(atMost.toMillis());
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return failure;
    }

    /** As near to a kill as one process can come: whatever it is doing ends where it is. */
    void interrupt() throws InterruptedException {
      thread.interrupt();
      thread.join(20_000);
      if (thread.isAlive()) {
        throw new AssertionError("the capture does not end");
      }
    }

    void stop() {
      unit.stop();
      try {
        thread.join(20_000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (thread.isAlive()) {
        throw new AssertionError("the capture does not stop");
      }
    }
  }
}
