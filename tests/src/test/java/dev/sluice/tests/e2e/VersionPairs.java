package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.Stack;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Moves of the same tables between two servers of any versions. Not thread-safe. */
final class VersionPairs {

  /** Moves: every row arrived, copied and streamed. */
  static final String MOVES = "moves";

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** What every version from 5.7 on knows, with names that became reserved words since. */
  private static final String COLUMNS =
      "id INT NOT NULL, v INT UNSIGNED NOT NULL, `rank` VARCHAR(20), `system` CHAR(4), `lateral` TEXT,"
          + " l VARCHAR(20) CHARACTER SET latin1, u VARCHAR(20) CHARACTER SET utf8 COLLATE utf8_unicode_ci,"
          + " d DECIMAL(30,10), f FLOAT, r DOUBLE, b BIT(10), bin BINARY(4), bl LONGBLOB, e ENUM('a','ü','c,d'),"
          + " s SET('x','y'), j JSON, da DATE, ti TIME(3), dt DATETIME(6), ts TIMESTAMP(2) NULL DEFAULT NULL, y YEAR,"
          + " g GEOMETRY, z INT(6) ZEROFILL, st INT GENERATED ALWAYS AS (v + 1) STORED,"
          + " vi VARCHAR(30) GENERATED ALWAYS AS (CONCAT(`rank`, '-')) VIRTUAL, PRIMARY KEY (id), UNIQUE KEY by_v (v),"
          + " UNIQUE KEY by_st (st), KEY by_rank (`rank`(5))";

  private static final String VALUES =
      "'größer 𝄞', 'ab', REPEAT('é', 3000), CONCAT(CHAR(129 USING latin1), 'ä'), 'ſtraße', -12345678901234567890.0123456789,"
          + " 0.1, -1e-300, b'1000000001', X'0100', REPEAT(X'00FF', 2000), 'c,d', 'x,y',"
          + " '{\"k\": [1, 2.5, \"x\", null], \"d\": {\"e\": \"ü\"}}', '2024-02-29', '-24:00:00.125',"
          + " '1969-12-31 23:59:59.999999', '2038-01-19 03:14:07', 2155, ST_GeomFromText('POINT(1 2)'), 42";

  /** The least that can be done to a value, column by column. */
  private static final List<String> CHANGES =
      List.of(
          "v = v + 500",
          "`rank` = UPPER(`rank`)",
          "`system` = 'AB'",
          "`lateral` = CONCAT(`lateral`, ' ')",
          "l = 'ä'",
          "u = NULL",
          "d = d + 0.0000000001",
          "f = 0.10000001",
          "r = -1.0000000000000002e-300",
          "b = 0",
          "bin = X'01000001'",
          "bl = CONCAT(bl, X'00')",
          "e = 'a'",
          "s = 'x'",
          "j = JSON_SET(j, '$.k[1]', 2.25)",
          "da = NULL",
          "ti = '-24:00:00.126'",
          "dt = dt + INTERVAL 1 MICROSECOND",
          "ts = NULL",
          "y = 1901");

  private final Stack stack;

  VersionPairs(Stack stack) {
    this.stack = stack;
  }

  /**
   * Moves a table.
   *
   * @param options of CREATE TABLE, such as its character set
   * @return {@link #MOVES}, or the checks of preflight that refuse the move
   */
  String move(MysqlServer source, MysqlServer target, String options) throws Exception {
    return with(
        source,
        target,
        options,
        (move, name, sources, targets) -> {
          SluiceClient.Answer answer = move.create(move.spec(List.of("groups"), Map.of()));
          if (answer.code() == 422) {
            return "refused: " + refusing(answer.body());
          }
          assertThat(answer.code()).as("%s", answer.body()).isEqualTo(201);
          move.awaitState("running");
          insert(sources, 101);
          run(
              sources,
              "UPDATE `groups` SET ti = NULL, j = '[1.5]', l = 'new', v = v + 1000 WHERE id % 2 = 0");
          run(sources, "DELETE FROM `groups` WHERE id % 5 = 0");
          move.awaitMarker(sources, targets);
          assertThat(HexRows.of(targets, "groups"))
              .hasSize(16)
              .isEqualTo(HexRows.of(sources, "groups"));
          move.cancel();
          return MOVES;
        });
  }

  /** A VDiff between them finds nothing, then exactly what was planted, one row a column. */
  void vdiff(MysqlServer source, MysqlServer target, String options) throws Exception {
    with(
        source,
        target,
        options,
        (move, name, sources, targets) -> {
          insert(sources, 101);
          // numbers that versions write differently
          run(
              sources,
              "UPDATE `groups` SET r = -1.2345678901234567e-10, f = -1.175494e-38 WHERE id > 105");
          assertThat(move.create(move.spec(List.of("groups"), Map.of())).code()).isEqualTo(201);
          move.awaitState("running");
          VDiffCalls vdiffs = new VDiffCalls(move::client, name, () -> "");
          JsonNode healthy = vdiffs.run();
          assertThat(healthy.path("hasMismatch").asBoolean()).as("%s", healthy).isFalse();
          assertThat(healthy.path("rowsCompared").asInt()).isEqualTo(20);
          int id = 0;
          for (String change : CHANGES) {
            id = id == 10 ? 101 : id + 1;
            run(
                targets,
                "SET SESSION sql_log_bin = 0, @sluice_applier = 1",
                "UPDATE `groups` SET " + change + " WHERE id = " + id);
          }
          JsonNode found = vdiffs.run().path("tables").path("groups");
          assertThat(found.path("mismatchedRows").asInt())
              .as("%s", found)
              .isEqualTo(CHANGES.size());
          move.cancel();
          return null;
        });
  }

  /** What is done with two servers that hold the table. */
  private interface Work {
    String on(
        TableMove move, String workflow, List<ShardToCompare> sources, List<ShardToCompare> targets)
        throws Exception;
  }

  private String with(MysqlServer source, MysqlServer target, String options, Work work)
      throws Exception {
    String name = "p" + COUNT.incrementAndGet();
    String from = stack.options().sourceSchema() + "_" + name;
    String to = stack.options().targetSchema() + "_" + name;
    source.execute("CREATE SCHEMA `" + from + "`");
    target.execute("CREATE SCHEMA `" + to + "`");
    List<ShardToCompare> sources = List.of(new ShardToCompare("-", Side.on(source, from)));
    List<ShardToCompare> targets = List.of(new ShardToCompare("-", Side.on(target, to)));
    int port = new Ports(0).take();
    SluiceProcess.Settings settings =
        new SluiceProcess.Settings(
            name,
            stack.directory().resolve("sluice-" + name),
            yaml(source, from, target, to, port),
            port,
            "",
            384,
            List.of("-XX:TieredStopAtLevel=1"),
            List.of());
    try (TableMove move = new TableMove(stack, settings, "versions" + name)) {
      run(sources, "CREATE TABLE `groups` (" + COLUMNS + ") " + options);
      insert(sources, 1);
      return work.on(move, "versions" + name, sources, targets);
    } finally {
      source.execute("DROP SCHEMA `" + from + "`");
      target.execute("DROP SCHEMA IF EXISTS `" + to + "`");
    }
  }

  private static void insert(List<ShardToCompare> sources, int first) throws SQLException {
    for (int id = first; id < first + 10; id++) {
      run(
          sources,
          "INSERT INTO `groups` (id, v, `rank`, `system`, `lateral`, l, u, d, f, r, b, bin, bl, e, s, j, da, ti, dt, ts, y,"
              + " g, z) VALUES ("
              + id
              + ", "
              + id
              + ", "
              + VALUES
              + ")");
    }
  }

  private static void run(List<ShardToCompare> servers, String... statements) throws SQLException {
    try (Connection connection = servers.get(0).connections().openUtc();
        Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String refusing(JsonNode body) {
    TreeSet<String> checks = new TreeSet<>();
    for (JsonNode finding : body.path("details").path("findings")) {
      if (finding.path("severity").asText().equals("refuse")) {
        checks.add("`" + finding.path("check").asText() + "`");
        assertThat(finding.path("remedy").asText()).isNotEmpty();
      }
    }
    assertThat(checks).as("%s", body).isNotEmpty();
    return String.join(", ", checks);
  }

  private String yaml(MysqlServer source, String from, MysqlServer target, String to, int port) {
    List<String> lines = new ArrayList<>();
    lines.add("kafka: { bootstrap.servers: \"" + stack.kafka().bootstrapServers() + "\" }");
    lines.add("registry: { url: \"" + stack.registry().url() + "\" }");
    lines.add("http: { listen: \"127.0.0.1:" + port + "\" }");
    lines.add("keyspaces:");
    lines.add("  commerce: { shards: { \"-\": { primary: " + endpoint(source, from) + " } } }");
    lines.add("  customer: { shards: { \"-\": { primary: " + endpoint(target, to) + " } } }");
    return String.join("\n", lines) + "\n";
  }

  private static String endpoint(MysqlServer server, String schema) {
    return "{ host: "
        + server.host()
        + ", port: "
        + server.port()
        + ", user: "
        + server.user()
        + ", password: \""
        + server.password()
        + "\", schema: "
        + schema
        + ", properties: { sslMode: DISABLED, allowPublicKeyRetrieval: \"true\" } }";
  }
}
