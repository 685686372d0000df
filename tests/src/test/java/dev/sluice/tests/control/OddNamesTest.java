package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.server.Role;
import dev.sluice.server.SluiceServer;
import dev.sluice.server.config.ServerConfigReader;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names that would break out of SQL, topics, paths or patterns are names like any other, from the
 * first preflight to the last row.
 */
@Tag("control")
@ExtendWith(SharedStack.class)
class OddNamesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final List<String> TABLES =
      List.of(
          "a`b; drop table x",
          "../x",
          "n".repeat(64),
          "größe_表",
          "two words",
          "it's \"quoted\"",
          "back\\slash",
          "UPPER",
          "trailing$",
          "dot.ted",
          "per%cent %s {0}",
          "co,mma",
          "${env:HOME}",
          "select",
          "-- comment",
          "(a|b)*");

  private static final String KEY = "the `key`; --";
  private static final String TEXT = "x', \"y\"\\";
  private static final String OTHER = "größe.表 a";
  private static final String ALIKE = "größe_表_a";

  private Stack stack;
  private String sourceSchema;
  private String targetSchema;

  @BeforeEach
  void makeSchemas(Stack shared) {
    stack = shared;
    sourceSchema = "commerce_o`d; drop schema x'ü";
    targetSchema = "customer_\"o\\d\" ../表";
    onEveryPrimary("DROP SCHEMA IF EXISTS ");
    stack.source().execute("CREATE SCHEMA " + Identifiers.quote(sourceSchema));
    stack.target("-80").execute("CREATE SCHEMA " + Identifiers.quote(targetSchema));
    stack.target("80-").execute("CREATE SCHEMA " + Identifiers.quote(targetSchema));
  }

  @AfterEach
  void dropSchemas() {
    onEveryPrimary("DROP SCHEMA IF EXISTS ");
  }

  private void onEveryPrimary(String verb) {
    stack.source().execute(verb + Identifiers.quote(sourceSchema));
    stack.target("-80").execute(verb + Identifiers.quote(targetSchema));
    stack.target("80-").execute(verb + Identifiers.quote(targetSchema));
  }

  @Test
  void tablesOfEveryNameAreMovedAndFollowed() throws SQLException {
    for (String table : TABLES) {
      create(table);
      insert(table, 0, 25);
    }
    try (SluiceServer server = server()) {
      SluiceClient client = ready(server);
      JsonNode preflight = client.preflight(spec("oddnames", TABLES)).orThrow();
      assertThat(refused(preflight)).isEmpty();
      assertThat(client.create(spec("oddnames", TABLES)).code()).isEqualTo(201);
      awaitState(client, "oddnames", "running");
      for (String table : TABLES) {
        change(table);
      }
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(300))
          .untilAsserted(() -> TABLES.forEach(this::assertEqualOnBothSides));
      assertThat(client.act("oddnames", "cancel", "the test is over").ok()).isTrue();
      awaitState(client, "oddnames", "cancelled");
      assertThat(rows(stack.target("-80"), targetSchema, "SHOW TABLES")).isEmpty();
    }
  }

  @Test
  void namesThatMeetInKafkaOrAreTooLongForItAreRefused() throws SQLException {
    String tooLong = "ü".repeat(40);
    for (String table : List.of("a b", "a_x20b", "journal", tooLong)) {
      create(table);
    }
    try (SluiceServer server = server()) {
      SluiceClient client = ready(server);
      assertThat(refusalOf(client, "a b", "a_x20b")).contains("as Kafka compares names");
      assertThat(refusalOf(client, "journal")).contains("own");
      assertThat(refusalOf(client, tooLong))
          .contains(TopicNames.of("oddnames", Direction.REVERSE).data(tooLong))
          .contains("249");
    }
  }

  private static String refusalOf(SluiceClient client, String... tables) {
    JsonNode preflight = client.preflight(spec("oddnames", List.of(tables))).orThrow();
    List<JsonNode> refused = refused(preflight);
    assertThat(refused).as(preflight.toString()).hasSize(1);
    assertThat(refused.get(0).path("check").asText()).isEqualTo("topic_names");
    return refused.get(0).path("message").asText();
  }

  private static List<JsonNode> refused(JsonNode preflight) {
    List<JsonNode> refused = new ArrayList<>();
    for (JsonNode finding : preflight.path("findings")) {
      if (finding.path("severity").asText().equals("refuse")) {
        refused.add(finding);
      }
    }
    return refused;
  }

  private SluiceServer server() {
    String yaml =
        ServerConfig.of(stack)
            .withSchemas(sourceSchema, targetSchema)
            .withShardedTables()
            .withHttpListen("127.0.0.1:0")
            .yaml();
    SluiceServer server =
        new SluiceServer(
            ServerConfigReader.read(yaml, Map.of()), EnumSet.allOf(Role.class), PausePoints.off());
    server.start();
    return server;
  }

  private static SluiceClient ready(SluiceServer server) {
    SluiceClient client = new SluiceClient(server.address());
    ControlRig.awaitReady(client);
    return client;
  }

  private static void awaitState(SluiceClient client, String workflow, String state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode status = client.status(workflow).body();
              assertThat(status.path("state").asText()).as(status.toString()).isEqualTo(state);
            });
  }

  private static Map<String, Object> spec(String name, List<String> tables) {
    Map<String, Object> vindexes = new LinkedHashMap<>();
    tables.forEach(table -> vindexes.put(table, Map.of("column", KEY, "type", "sha256")));
    return Map.of(
        "name", name,
        "source", "commerce",
        "target", "customer",
        "tables", tables,
        "vindexes", vindexes);
  }

  private void create(String table) throws SQLException {
    onSource(
        "CREATE TABLE "
            + Identifiers.quote(table)
            + " ("
            + Identifiers.quote(KEY)
            + " BIGINT PRIMARY KEY, "
            + Identifiers.quote(TEXT)
            + " VARCHAR(50), "
            + Identifiers.quote(OTHER)
            + " INT NOT NULL, "
            + Identifiers.quote(ALIKE)
            + " INT, KEY "
            + Identifiers.quote("in`dex; '" + TEXT)
            + " ("
            + Identifiers.quote(OTHER)
            + "), UNIQUE KEY "
            + Identifiers.quote("ü unique")
            + " ("
            + Identifiers.list(List.of(KEY, TEXT))
            + "))");
  }

  private void insert(String table, int from, int to) throws SQLException {
    List<String> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add("(" + i + ", 'v''\\\\" + i + "', " + (i + 1) + ", " + (i * 3) + ")");
    }
    onSource("INSERT INTO " + Identifiers.quote(table) + " VALUES " + String.join(",", values));
  }

  /** Every kind of change, among them one of the key, which is the vindex as well. */
  private void change(String table) throws SQLException {
    String name = Identifiers.quote(table);
    String key = Identifiers.quote(KEY);
    insert(table, 100, 110);
    onSource(
        "UPDATE " + name + " SET " + Identifiers.quote(TEXT) + " = 'changed' WHERE " + key + " < 5",
        "UPDATE " + name + " SET " + key + " = " + key + " + 1000 WHERE " + key + " = 7",
        "DELETE FROM " + name + " WHERE " + key + " BETWEEN 10 AND 14");
  }

  private void assertEqualOnBothSides(String table) {
    String columns = Identifiers.list(List.of(KEY, TEXT, OTHER, ALIKE));
    String query = "SELECT " + columns + " FROM " + Identifiers.quote(table);
    String shard = " WHERE LEFT(SHA2(" + Identifiers.quote(KEY) + ", 256), 1) ";
    for (String range : List.of("-80", "80-")) {
      String placed = query + shard + (range.equals("-80") ? "< '8'" : ">= '8'");
      assertThat(rows(stack.target(range), targetSchema, query))
          .as("%s on %s", table, range)
          .isNotEmpty()
          .isEqualTo(rows(stack.source(), sourceSchema, placed));
    }
  }

  private static List<String> rows(MysqlServer server, String schema, String query) {
    try (Connection connection = open(server, schema);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.append(result.getString(i)).append('|');
        }
        rows.add(row.toString());
      }
      rows.sort(null);
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void onSource(String... statements) throws SQLException {
    try (Connection connection = open(stack.source(), sourceSchema);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Chooses the schema by SQL, since its name would break the URL. */
  private static Connection open(MysqlServer server, String schema) throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            MysqlServer.jdbcUrl(server.host(), server.port(), ""),
            server.adminUser(),
            server.adminPassword());
    try (Statement statement = connection.createStatement()) {
      statement.execute("USE " + Identifiers.quote(schema));
    }
    return connection;
  }
}
