package dev.sluice.tests.mysql;

import static dev.sluice.mysql.preflight.Finding.Severity.OK;
import static dev.sluice.mysql.preflight.Finding.Severity.REFUSE;
import static dev.sluice.mysql.preflight.Finding.Severity.WARN;
import static dev.sluice.tests.mysql.PreflightRig.BY_ID;
import static dev.sluice.tests.mysql.PreflightRig.of;
import static dev.sluice.tests.mysql.PreflightRig.worst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every finding comes when its cause is there and goes with it, on a real server. */
@Tag("mysql")
@ExtendWith({MySqlExtension.class, SharedStack.class})
class PreflightFindingsTest {

  private static final String TARGET = "customer/";

  static Stream<Arguments> variables() {
    return Stream.of(
        Arguments.of("gtid_mode", "gtid_mode", "ON_PERMISSIVE", REFUSE, REFUSE),
        Arguments.of("binlog_format", "binlog_format", "STATEMENT", REFUSE, REFUSE),
        Arguments.of("binlog_row_image", "binlog_row_image", "MINIMAL", REFUSE, REFUSE),
        Arguments.of(
            "binlog_row_value_options", "binlog_row_value_options", "PARTIAL_JSON", REFUSE, REFUSE),
        Arguments.of(
            "binlog_transaction_compression",
            "binlog_transaction_compression",
            "ON",
            REFUSE,
            REFUSE),
        Arguments.of("binlog_order_commits", "binlog_order_commits", "OFF", REFUSE, REFUSE),
        Arguments.of("sync_binlog", "sync_binlog", "0", REFUSE, WARN),
        Arguments.of(
            "innodb_flush_log_at_trx_commit", "innodb_flush_log_at_trx_commit", "2", REFUSE, WARN),
        Arguments.of("read_only", "read_only", "ON", REFUSE, REFUSE),
        Arguments.of("local_infile", "local_infile", "OFF", null, WARN),
        Arguments.of("fence_grants", "log_bin_trust_function_creators", "OFF", WARN, WARN),
        Arguments.of("binlog_retention", "binlog_expire_logs_seconds", "3600", WARN, null),
        Arguments.of("zero_dates", "sql_mode", "STRICT_ALL_TABLES", WARN, null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("variables")
  void aVariableThatHarmsIsSeen(
      String check,
      String variable,
      String harmful,
      Severity onSource,
      Severity onTarget,
      TestServer server)
      throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, d DATE)");
    Optional<String> before = value(server, variable);
    assumeThat(before).as("this version has %s", variable).isPresent();
    PreflightRig rig = PreflightRig.on(server);
    Severity well = onSource == null ? null : OK;
    assertThat(worst(rig.run("t"), check, PreflightRig.SOURCE)).isEqualTo(well);

    set(server, variable, harmful);
    try {
      List<Finding> findings = rig.run("t");
      assertThat(worst(findings, check, PreflightRig.SOURCE)).isEqualTo(onSource);
      assertThat(worst(findings, check, TARGET)).isEqualTo(onTarget);
    } finally {
      set(server, variable, before.get());
    }

    List<Finding> findings = rig.run("t");
    assertThat(worst(findings, check, PreflightRig.SOURCE)).isEqualTo(well);
    assertThat(worst(findings, check, TARGET)).isEqualTo(onTarget == null ? null : OK);
  }

  private static Optional<String> value(TestServer server, String variable) throws SQLException {
    try (Connection connection = server.connectAsAdmin()) {
      return Queries.list(
              connection,
              "SHOW GLOBAL VARIABLES LIKE " + Literals.string(variable),
              row -> row.getString(2))
          .stream()
          .findFirst();
    }
  }

  private static void set(TestServer server, String variable, String value) throws SQLException {
    boolean number = value.matches("\\d+");
    server.execute("SET GLOBAL " + variable + " = " + (number ? value : Literals.string(value)));
  }

  @Test
  void binaryLogsThatEndBeforeTheCopyAreRefused(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, v LONGBLOB)");
    server.execute(
        "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)"
            + " SELECT i, REPEAT('x', 1000000) FROM n",
        "ANALYZE TABLE t");
    String before = value(server, "binlog_expire_logs_seconds").orElseThrow();
    set(server, "binlog_expire_logs_seconds", "1");
    try {
      assertThat(worst(PreflightRig.on(server).run("t"), "binlog_retention", PreflightRig.SOURCE))
          .isEqualTo(REFUSE);
    } finally {
      set(server, "binlog_expire_logs_seconds", before);
    }
  }

  @Test
  void aPrimaryThatReplicatesIsRefused(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    PreflightRig rig = PreflightRig.on(server);
    server.execute(
        "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1,"
            + " SOURCE_USER = 'x', SOURCE_PASSWORD = 'x' FOR CHANNEL 'other'");
    try {
      assertThat(worst(rig.run("t"), "primary_is_replica", PreflightRig.SOURCE)).isEqualTo(REFUSE);
      assertThat(worst(rig.run("t"), "primary_is_replica", TARGET)).isEqualTo(REFUSE);
    } finally {
      server.execute("RESET REPLICA ALL FOR CHANNEL 'other'");
    }
    assertThat(worst(rig.run("t"), "primary_is_replica", PreflightRig.SOURCE)).isEqualTo(OK);
  }

  @Test
  void rowsAboveTheLargestRecordAreNamed(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (id BIGINT PRIMARY KEY, v MEDIUMBLOB, w TEXT CHARACTER SET latin1)",
        "CREATE TABLE u (id BIGINT PRIMARY KEY, v VARCHAR(100))",
        "INSERT INTO t VALUES (1, REPEAT('x', 90000), ''), (2, NULL, REPEAT(_latin1 0xE9, 60000))");
    Map<String, VindexSpec> vindexes = Map.of("t", BY_ID.get("t"), "u", BY_ID.get("t"));
    PreflightRig rig = PreflightRig.on(server).vindexes(vindexes);

    List<Finding> findings = of(rig.recordMaxBytes(100_000).run("t", "u"), "row_size");
    assertThat(findings).extracting(Finding::severity).containsExactly(WARN, OK);
    assertThat(findings.get(0).message()).contains("120001 bytes");

    server.execute("DELETE FROM t WHERE id = 2");
    assertThat(of(rig.run("t", "u"), "row_size"))
        .extracting(Finding::message)
        .containsExactly(
            "every row fits a record of 100000 bytes",
            "its columns cannot hold more than a record takes");
    assertThat(worst(rig.recordMaxBytes(80_000).run("t"), "row_size", PreflightRig.SOURCE))
        .isEqualTo(WARN);
  }

  @Test
  void everythingThatStaysBehindIsListed(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    PreflightRig rig = PreflightRig.on(server);
    assertThat(worst(rig.run("t"), "left_behind", PreflightRig.SOURCE)).isEqualTo(OK);
    String reader = "'" + server.schema() + "_reader'@'%'";
    String clerk = "'" + server.schema() + "_clerk'@'localhost'";
    server.execute(
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = IF(@sluice_applier = 1, 1, 2)",
        "CREATE USER " + reader + " IDENTIFIED BY 'pw_1234567'",
        "CREATE USER " + clerk + " IDENTIFIED BY 'pw_1234567'",
        "GRANT SELECT ON `" + server.schema() + "`.* TO " + reader,
        "GRANT SELECT (id), UPDATE ON `" + server.schema() + "`.t TO " + clerk);
    try {
      Finding finding = of(rig.run("t"), "left_behind").get(0);
      assertThat(finding.severity()).isEqualTo(WARN);
      assertThat(finding.message())
          .isEqualTo(
              "not moved: event e, function f, procedure p, view v, trigger tr of t, grants of "
                  + clerk
                  + ", grants of "
                  + reader);
    } finally {
      server.execute("DROP USER " + reader, "DROP USER " + clerk);
    }
  }

  @Test
  void keysThatCouldBecomeEqualOnTheTargetAreRefused(TestServer server) throws SQLException {
    String definition =
        "CREATE TABLE %s.t (id BIGINT PRIMARY KEY, k VARCHAR(9) CHARACTER SET utf8mb4 COLLATE %s NOT NULL, UNIQUE (k))";
    String there = "`" + server.otherSchema() + "`";
    server.execute(
        String.format(definition, "`" + server.schema() + "`", "utf8mb4_bin"),
        String.format(definition, there, "utf8mb4_general_ci"));
    PreflightRig rig = PreflightRig.on(server);
    assertThat(of(rig.run("t"), "collations"))
        .filteredOn(f -> f.severity() == REFUSE)
        .extracting(Finding::object)
        .containsExactly("customer/-80 t.k", "customer/80- t.k");
    server.execute("ALTER TABLE " + there + ".t MODIFY k VARCHAR(9) COLLATE utf8mb4_bin NOT NULL");
    assertThat(worst(rig.run("t"), "collations", TARGET)).isEqualTo(OK);
  }

  @Test
  void aColumnThatCanBeNullPlacesNoRowsOnEitherSide(TestServer server) throws SQLException {
    String definition = " (id BIGINT PRIMARY KEY, c BIGINT NULL)";
    server.execute(
        "CREATE TABLE t" + definition,
        "CREATE TABLE `" + server.otherSchema() + "`.t" + definition);
    Map<String, VindexSpec> byC = Map.of("t", new VindexSpec("c", VindexSpec.SHA256));
    assertThat(worst(PreflightRig.on(server).vindexes(byC).run("t"), "vindex_column", "commerce/"))
        .isEqualTo(REFUSE);

    PreflightRig sharded =
        PreflightRig.on(server)
            .secondSource(server.endpoint(server.app(), server.otherSchema()), byC);
    List<Finding> findings = of(sharded.run("t"), "vindex_column");
    assertThat(findings).extracting(Finding::severity).containsExactly(OK, REFUSE);
    assertThat(findings.get(1).object()).endsWith("t.c");

    server.execute(
        "ALTER TABLE t MODIFY c BIGINT NOT NULL",
        "ALTER TABLE `" + server.otherSchema() + "`.t MODIFY c BIGINT NOT NULL");
    List<Finding> placed = sharded.run("t");
    assertThat(worst(placed, "vindex_column", "commerce/")).isEqualTo(OK);
    // ids that each source shard may have given out by itself
    assertThat(of(placed, "unique_keys"))
        .filteredOn(finding -> finding.message().contains("several source shards"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(WARN);
              assertThat(finding.message()).contains("without c", "[PRIMARY]");
            });
  }

  @Test
  void sourceShardsAreAlikeOrNamed(TestServer server) throws SQLException {
    String other = "`" + server.otherSchema() + "`.t";
    server.execute(
        "CREATE TABLE t (id BIGINT PRIMARY KEY, a INT NULL, KEY by_a (a))",
        "CREATE TABLE " + other + " (id BIGINT PRIMARY KEY, a BIGINT NULL, KEY by_a (a))");
    PreflightRig sharded =
        PreflightRig.on(server)
            .secondSource(server.endpoint(server.app(), server.otherSchema()), BY_ID);

    List<Finding> findings = of(sharded.run("t"), "source_shards_alike");
    assertThat(findings).extracting(Finding::severity).containsExactly(REFUSE);
    assertThat(findings.get(0).object()).isEqualTo("commerce/80- t");
    assertThat(findings.get(0).message()).contains("bigint");

    server.execute("ALTER TABLE " + other + " MODIFY a INT NULL");
    assertThat(of(sharded.run("t"), "source_shards_alike"))
        .extracting(Finding::severity)
        .containsExactly(OK);
  }

  @Test
  void aReplicaIsLookedAt(TestServer server, Stack stack) throws SQLException {
    assumeThat(server.port()).isEqualTo(stack.source().port());
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    Replica replica = new Replica(stack);
    replica.awaitCaughtUp();
    PreflightRig rig =
        PreflightRig.on(server).replica(replica.endpoint(server.app(), server.schema()));
    String label = "commerce/-/replica";
    awaitNoLag(rig, label);
    List<Finding> well = rig.run("t");
    for (String check :
        List.of(
            "reachability",
            "gtid_mode",
            "log_replica_updates",
            "replica_preserve_commit_order",
            "replica_lag",
            "replication_filters",
            "grants")) {
      assertThat(worst(well, check, label)).as(check).isEqualTo(OK);
    }
    assertThat(worst(well, "read_only", label)).as("a replica is read-only").isNull();

    replica.execute(
        "STOP REPLICA SQL_THREAD",
        "CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = ('audit%.%')");
    try {
      assertThat(worst(rig.run("t"), "replication_filters", label)).isEqualTo(REFUSE);
    } finally {
      replica.execute(
          "CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = ()", "START REPLICA");
    }

    replica.execute("STOP REPLICA", "SET GLOBAL replica_preserve_commit_order = OFF");
    try {
      assertThat(worst(rig.run("t"), "replica_lag", label)).isEqualTo(REFUSE);
      assertThat(worst(rig.run("t"), "replica_preserve_commit_order", label)).isEqualTo(REFUSE);
    } finally {
      replica.execute("SET GLOBAL replica_preserve_commit_order = ON", "START REPLICA");
    }
    replica.awaitCaughtUp();
    assertThat(worst(rig.run("t"), "replica_preserve_commit_order", label)).isEqualTo(OK);
  }

  /** A row of a hundred seconds ago waits on the replica for a lock. */
  @Test
  void aReplicaThatLagsIsWarnedOf(TestServer server, Stack stack) throws SQLException {
    assumeThat(server.port()).isEqualTo(stack.source().port());
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    Replica replica = new Replica(stack);
    replica.awaitCaughtUp();
    PreflightRig rig =
        PreflightRig.on(server).replica(replica.endpoint(server.app(), server.schema()));
    String label = "commerce/-/replica";
    try (Connection lock = stack.mysql("source/replica").connectAsAdmin(server.schema());
        Statement statement = lock.createStatement()) {
      statement.execute("LOCK TABLES t READ");
      server.execute("SET SESSION timestamp = UNIX_TIMESTAMP() - 100", "INSERT INTO t VALUES (1)");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                List<Finding> findings = of(rig.run("t"), "replica_lag");
                assertThat(findings).extracting(Finding::severity).containsExactly(WARN);
                assertThat(findings.get(0).object()).startsWith(label);
                assertThat(findings.get(0).message()).matches(".*1\\d\\d s behind.*");
              });
      statement.execute("UNLOCK TABLES");
    }
    replica.awaitCaughtUp();
    awaitNoLag(rig, label);
  }

  /** The server counts on for a moment after its last transaction, which may be another test's. */
  private static void awaitNoLag(PreflightRig rig, String label) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(worst(rig.run("t"), "replica_lag", label)).isEqualTo(OK));
  }

  @Test
  void debeziumsSnapshotDoesNotReadFloats(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, f FLOAT)");
    assertThat(of(PreflightRig.on(server).run("t"), "copy_mode")).isEmpty();
    assertThat(worst(PreflightRig.on(server).engineSnapshot().run("t"), "copy_mode", "commerce/"))
        .isEqualTo(REFUSE);
    server.execute("ALTER TABLE t MODIFY f DOUBLE");
    assertThat(of(PreflightRig.on(server).engineSnapshot().run("t"), "copy_mode"))
        .extracting(Finding::severity)
        .containsExactly(WARN);
  }
}
