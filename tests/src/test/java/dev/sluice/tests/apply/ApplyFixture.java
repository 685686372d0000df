package dev.sluice.tests.apply;

import dev.sluice.apply.Applier;
import dev.sluice.apply.ApplierContext;
import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.request.Holds;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.TablePlan.DeferredIndex;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.StackScope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;

/** A workflow of one test on one target server: tables, topics, streams and appliers. */
final class ApplyFixture implements AutoCloseable {

  private final StackScope scope;
  private final Connection observer;
  private final MysqlServer server;
  private final String uuid = UUID.randomUUID().toString();
  private final SchemaIds ids;
  private final List<TablePlan> tables = new ArrayList<>();
  private final List<Running> running = new ArrayList<>();
  private final List<TestStream> streams = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private List<String> sourceShards = List.of("-");
  private MovePlan plan;
  private ApplyLimits limits = ApplyLimits.defaults();
  private Holds holds = Holds.NONE;

  ApplyFixture(StackScope scope) {
    this.scope = scope;
    this.server = scope.stack().target("-80");
    this.ids =
        new ConfluentSchemaIds(new RegistrySettings(scope.stack().registry().url(), Map.of()));
    try {
      observer = server.connect();
      new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(observer);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  ApplyFixture limits(ApplyLimits changed) {
    limits = changed;
    return this;
  }

  /** Where appliers that start from now on learn of holds. */
  ApplyFixture holds(Holds from) {
    holds = from;
    return this;
  }

  KafkaSettings kafka() {
    return new KafkaSettings(bootstrap(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
  }

  /** Several shards read, placed by the column {@code vindexColumn} of every table. */
  ApplyFixture sourceShards(String... names) {
    sourceShards = List.of(names);
    return this;
  }

  /** Creates a table on the target and makes it part of the move. */
  ApplyFixture table(String name, String definition, DeferredIndex... deferred) {
    server.execute(
        "CREATE TABLE `" + scope.targetSchema() + "`.`" + name + "` (" + definition + ")");
    try (Connection connection = server.connectAsAdmin(scope.targetSchema())) {
      TableSchema schema =
          new InformationSchema(connection).require(scope.targetSchema(), name).toSchema();
      VindexSpec vindex =
          sourceShards.size() == 1 ? null : new VindexSpec(vindexColumn(schema), VindexSpec.SHA256);
      tables.add(new TablePlan(schema, vindex, null, "", "", List.of(deferred), true, 0));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  private static String vindexColumn(TableSchema schema) {
    return schema.columns().get(1).name();
  }

  /** Creates the topics; tables are complete. */
  ApplyFixture topics() {
    plan = new MovePlan(sourceShards, List.of("-"), tables);
    TopicNames names = TopicNames.of(scope.workflow(), Direction.FORWARD);
    List<NewTopic> topics = new ArrayList<>();
    topics.add(new NewTopic(names.journal(), sourceShards.size(), (short) 1));
    topics.add(new NewTopic(names.requests(), 1, (short) 1));
    tables.forEach(
        t -> topics.add(new NewTopic(names.data(t.name()), plan.partitions(), (short) 1)));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  String bootstrap() {
    return scope.stack().kafka().bootstrapServers();
  }

  MovePlan plan() {
    return plan;
  }

  TestStream stream(int number) {
    TestStream stream = new TestStream(bootstrap(), ids, scope.workflow(), uuid, plan, number);
    streams.add(stream);
    return stream;
  }

  ApplierId applierId() {
    return new ApplierId(scope.workflow(), uuid, Direction.FORWARD, "-", 0);
  }

  Running start() {
    return start(PausePoints.off());
  }

  Running start(String pausePoint, Path directory) {
    return start(
        PausePoints.fromEnvironment(
            Map.of("SLUICE_PAUSE", pausePoint, "SLUICE_PAUSE_DIR", directory.toString())));
  }

  private Running start(PausePoints pause) {
    Running unit = new Running(pause);
    running.add(unit);
    return unit;
  }

  Optional<Checkpoint> checkpoint(String stream) {
    try {
      return new Checkpoints(Sidecar.DEFAULT_SCHEMA).read(observer, applierId(), stream);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long appliedCut() {
    return checkpoint("-").map(Checkpoint::cut).orElse(0L);
  }

  void awaitCut(long number) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              running.forEach(Running::throwFailure);
              return appliedCut() >= number;
            });
  }

  /** Rows as text: columns joined by {@code |}, rows in the order of the statement. */
  List<String> rows(String select) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connectAsAdmin(scope.targetSchema());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(select)) {
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.append(i > 1 ? "|" : "").append(result.getString(i));
        }
        rows.add(row.toString());
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  void execute(String sql) {
    try (Connection connection = server.connectAsAdmin(scope.targetSchema());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  MysqlServer server() {
    return server;
  }

  SimpleMeterRegistry meters() {
    return meters;
  }

  @Override
  public void close() {
    running.forEach(Running::stop);
    streams.forEach(TestStream::close);
    try {
      observer.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An applier on a thread of its own. */
  final class Running {

    private final Applier applier;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread;
    private volatile ApplierStatus status;

    private Running(PausePoints pause) {
      applier =
          new Applier(
              new ApplierContext(
                  applierId(),
                  plan,
                  new Endpoint(
                      server.host(),
                      server.port(),
                      server.user(),
                      server::password,
                      scope.targetSchema(),
                      Map.of()),
                  kafka(),
                  ChangeCodecs.wire(ids),
                  Sidecar.DEFAULT_SCHEMA,
                  meters,
                  pause,
                  Clock.systemUTC(),
                  limits,
                  s -> status = s,
                  0,
                  () -> null,
                  holds));
      thread =
          new Thread(
              () -> {
                try {
                  applier.run();
                  end.complete(null);
                } catch (RuntimeException | InterruptedException e) {
                  end.completeExceptionally(e);
                }
              },
              "applier under test");
      thread.start();
    }

    ApplierStatus status() {
      return status;
    }

    void stop() {
      applier.stop();
      try {
        end.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException | InterruptedException | TimeoutException e) {
        // tests look at failures themselves
        thread.interrupt();
      }
    }

    boolean hasEnded() {
      return end.isDone();
    }

    SluiceException failure() {
      try {
        end.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        return (SluiceException) e.getCause();
      } catch (InterruptedException | TimeoutException e) {
        throw new IllegalStateException(e);
      }
      throw new IllegalStateException("the applier ended without an error");
    }

    void throwFailure() {
      if (end.isCompletedExceptionally()) {
        throw failure();
      }
    }
  }
}
