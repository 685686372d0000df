package dev.sluice.tests.fence;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.FencePlace;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.fence.Fences;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A fence around tables of a test's own on the source, and applications that write to them. */
final class FenceRig implements AutoCloseable {

  static final String APP = "fence_app";

  private final MysqlServer server;
  private final String schema;
  private final FenceKind kind;
  private final FenceId id = new FenceId(UUID.randomUUID().toString(), FenceSide.SOURCE, "-");
  private final String workflow;
  private final List<Fence> fences = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();

  FenceRig(StackScope scope, FenceKind kind) throws SQLException {
    this.server = scope.stack().source();
    this.schema = scope.sourceSchema();
    this.workflow = scope.workflow();
    this.kind = kind;
    execute(
        "CREATE USER IF NOT EXISTS " + APP + "@'%' IDENTIFIED BY 'app'",
        "GRANT ALL ON `" + schema + "`.* TO " + APP + "@'%'",
        "CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(40))",
        "CREATE TABLE other (id INT PRIMARY KEY)");
    try (Connection connection =
        new MySqlSessions("test").open(endpoint(), SessionProfile.CONTROL)) {
      new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(connection);
    }
  }

  MysqlServer server() {
    return server;
  }

  String schema() {
    return schema;
  }

  FenceId id() {
    return id;
  }

  String workflow() {
    return workflow;
  }

  /** Triggers are made with the least privileges; read_only needs some more. */
  Endpoint endpoint() {
    return endpoint(Map.of());
  }

  private Endpoint endpoint(Map<String, String> properties) {
    boolean least = kind == FenceKind.TRIGGERS;
    return new Endpoint(
        server.host(),
        server.port(),
        least ? server.user() : server.adminUser(),
        () -> least ? server.password() : server.adminPassword(),
        schema,
        properties);
  }

  /** A controller's view of the fence around {@code t}. */
  Fence fence() {
    return fence(List.of("t"));
  }

  /** The same for a controller on another machine, as the server sees it. */
  Fence fenceFromElsewhere() {
    return fence(List.of("t"), endpoint(Map.of("localSocketAddress", "127.0.0.2")));
  }

  Fence fence(List<String> tables) {
    return fence(tables, endpoint());
  }

  private Fence fence(List<String> tables, Endpoint endpoint) {
    Fence fence =
        new Fences(new MySqlSessions("sluice-test"), Sidecar.DEFAULT_SCHEMA)
            .of(kind, new FencePlace(id, workflow, endpoint, tables));
    fences.add(fence);
    return fence;
  }

  /** An application's connection. */
  Connection app() throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            server.jdbcUrl(schema) + "&allowLoadLocalInfile=true", APP, "app");
    connections.add(connection);
    return connection;
  }

  /** A session as appliers have it. */
  Connection applier() {
    Connection connection = new MySqlSessions("applier").open(endpoint(), SessionProfile.APPLIER);
    connections.add(connection);
    return connection;
  }

  static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = server.connectAsAdmin(schema);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row, as the administrator sees it. */
  String text(String sql) throws SQLException {
    try (Connection connection = server.connectAsAdmin(schema);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }

  long count(String table) throws SQLException {
    return Long.parseLong(text("SELECT COUNT(*) FROM `" + table + "`"));
  }

  /** Puts the server back for the next test, whatever became of the fence. */
  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      // some have been killed
      connection.abort(Runnable::run);
    }
    fences.forEach(Fence::close);
    execute(
        "SET GLOBAL read_only = OFF",
        "RESET PERSIST IF EXISTS read_only",
        "DELETE FROM _sluice.fence WHERE id LIKE '" + id.workflowUuid() + "%'");
  }
}
