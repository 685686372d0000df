package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.kafka.TopicSettings;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.server.Role;
import dev.sluice.server.SluiceServer;
import dev.sluice.server.config.ServerConfig;
import dev.sluice.server.config.ServerConfigReader;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Ports;
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
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Servers and a small source for tests of the controller. Closing it cancels the workflow and stops
 * every server.
 */
final class ControlRig implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Ports PORTS = new Ports(0);

  private final Stack stack;
  private final StackScope scope;
  private final List<AutoCloseable> servers = new ArrayList<>();
  private final List<SluiceClient> clients = new ArrayList<>();

  ControlRig(Stack stack, StackScope scope) throws SQLException {
    this.stack = stack;
    this.scope = scope;
    onSource(
        "CREATE TABLE customer (customer_id INT PRIMARY KEY, name VARCHAR(20), KEY (name))",
        "CREATE TABLE corder (order_id INT PRIMARY KEY, customer_id INT NOT NULL, KEY"
            + " (customer_id))",
        "INSERT INTO customer VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        "INSERT INTO corder VALUES (1, 1), (2, 2)");
  }

  void onSource(String... statements) throws SQLException {
    try (Connection connection = stack.source().connectAsAdmin(scope.sourceSchema());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row, on a target shard. */
  String onTarget(String shard, String query) throws SQLException {
    MysqlServer server = stack.target(shard);
    try (Connection connection = server.connectAsAdmin(scope.targetSchema());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  /** Runs statements on every target shard. */
  void onTargets(String... statements) throws SQLException {
    for (String shard : List.of("-80", "80-")) {
      try (Connection connection = stack.target(shard).connectAsAdmin(scope.targetSchema());
          Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
    }
  }

  /** Rows of a query, columns joined by a bar, of the source or of all target shards; sorted. */
  List<String> rows(boolean ofTarget, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    List<MysqlServer> servers =
        ofTarget ? List.of(stack.target("-80"), stack.target("80-")) : List.of(stack.source());
    for (MysqlServer server : servers) {
      String schema = ofTarget ? scope.targetSchema() : scope.sourceSchema();
      try (Connection connection = server.connectAsAdmin(schema);
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(query)) {
        while (row.next()) {
          StringBuilder text = new StringBuilder();
          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            text.append(row.getString(i)).append('|');
          }
          rows.add(text.toString());
        }
      }
    }
    rows.sort(null);
    return rows;
  }

  String workflow() {
    return scope.workflow();
  }

  Map<String, Object> spec() {
    return Map.of(
        "name",
        workflow(),
        "source",
        "commerce",
        "target",
        "customer",
        "tables",
        List.of("customer", "corder"));
  }

  /** A server in this JVM, ready. */
  SluiceClient server(Set<Role> roles) {
    return server(roles, UnaryOperator.identity());
  }

  /** The same, with a change of its configuration's text. */
  SluiceClient server(Set<Role> roles, UnaryOperator<String> changed) {
    String yaml = scope.serverConfig().withHttpListen("127.0.0.1:0").yaml();
    ServerConfig config = ServerConfigReader.read(changed.apply(yaml), Map.of());
    SluiceServer server = new SluiceServer(config, roles, PausePoints.off());
    servers.add(server);
    server.start();
    return ready(new SluiceClient(server.address()));
  }

  /** A controller in a process of its own that is held at these pause points. */
  SluiceProcess controllerProcess(String... pausePoints) {
    int port = PORTS.take();
    SluiceProcess.Settings settings =
        new SluiceProcess.Settings(
            "controller-" + port,
            stack.directory().resolve("control-" + workflow()),
            scope.serverConfig().withHttpListen("127.0.0.1:" + port).yaml(),
            port,
            "controller",
            256,
            List.of(pausePoints));
    SluiceProcess process = SluiceProcess.start(settings);
    servers.add(process);
    process.awaitUp();
    ready(process.client());
    return process;
  }

  /** Stops the server that was started at this place. */
  void stopServer(int index) throws Exception {
    servers.get(index).close();
  }

  /**
   * Ready, and with an active controller somewhere: members that an earlier test has killed keep
   * their share of the work for some seconds.
   */
  private SluiceClient ready(SluiceClient client) {
    clients.add(client);
    awaitReady(client);
    return client;
  }

  static void awaitReady(SluiceClient client) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                client.get("/health/ready").code() == 200
                    && client.get("/v1/workflows").code() == 200);
  }

  JsonNode awaitState(SluiceClient client, String state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(client.status(workflow()).body().path("state").asText())
                    .isEqualTo(state));
    return client.status(workflow()).body();
  }

  /** Topics of the workflow that exist. */
  Set<String> topics() {
    KafkaSettings kafka =
        new KafkaSettings(
            stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    try (TopicAdmin admin = new TopicAdmin(kafka, TopicSettings.brokerDefault())) {
      return admin.startingWith(workflow() + ".");
    }
  }

  /** Cancels what is left, so that no later test's server works on it. */
  void cancel(SluiceClient client) {
    client.act(workflow(), "cancel", "the test is over");
    awaitState(client, "cancelled");
  }

  /** False for a server that has ended; one that is slow is waited for. */
  private boolean knowsTheWorkflow(SluiceClient client) {
    try {
      return client.status(workflow()).ok();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    // a test that failed in the middle must not take the tables from the next one
    for (SluiceClient client : clients) {
      if (knowsTheWorkflow(client)) {
        cancel(client);
        break;
      }
    }
    for (AutoCloseable server : servers) {
      server.close();
    }
  }
}
