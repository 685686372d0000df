package dev.sluice.tests.mysql;

import static dev.sluice.tests.mysql.PreflightRig.BY_ID;
import static dev.sluice.tests.mysql.PreflightRig.of;
import static dev.sluice.tests.mysql.PreflightRig.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.vindex.VindexSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class MySqlPreflightTest {

  private List<Finding> run(TestServer server, Map<String, VindexSpec> vindexes, String... tables) {
    return PreflightRig.on(server).vindexes(vindexes).run(tables);
  }

  @Test
  void aGoodMoveIsNotRefusedWithTheLeastPrivileges(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(9) NOT NULL)");

    List<Finding> findings = run(server, BY_ID, "t");

    // Durability differs from server to server when the tests run on one that is not the stack's.
    assertThat(refused(findings))
        .filteredOn(f -> !f.check().equals("sync_binlog") && !f.check().startsWith("binlog_"))
        .isEmpty();
    assertThat(of(findings, "grants")).allMatch(f -> f.severity() == Severity.OK);
    assertThat(of(findings, "reachability")).hasSize(3);
    assertThat(of(findings, "gtid_mode")).hasSize(3);
    assertThat(of(findings, "target_tables"))
        .hasSize(2)
        .allMatch(f -> f.message().startsWith("absent"));
    assertThat(findings)
        .allSatisfy(f -> assertThat(f.remedy().isEmpty()).isEqualTo(f.severity() == Severity.OK));
  }

  @Test
  void everyOffenderIsListed(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (id VARCHAR(9) NULL, f FLOAT NOT NULL PRIMARY KEY, v VARCHAR(5) CHARACTER SET dec8) ENGINE=InnoDB",
        "CREATE TABLE m (id INT PRIMARY KEY) ENGINE=MyISAM",
        "CREATE VIEW w AS SELECT 1 AS id",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.f = NEW.f",
        "CREATE TRIGGER ok BEFORE UPDATE ON t FOR EACH ROW SET NEW.f = IF(@sluice_applier = 1, NEW.f, 1)",
        "CREATE TABLE `" + server.otherSchema() + "`.t (id INT PRIMARY KEY)",
        "INSERT INTO `" + server.otherSchema() + "`.t VALUES (1)");

    List<Finding> findings = refused(run(server, BY_ID, "t", "m", "w", "absent"));

    assertThat(of(findings, "table_exists"))
        .extracting(Finding::object)
        .containsExactly("commerce/- m", "commerce/- w", "commerce/- absent");
    assertThat(of(findings, "usable_key"))
        .extracting(Finding::object)
        .containsExactly("commerce/- t");
    assertThat(of(findings, "column_types"))
        .extracting(Finding::object)
        .containsExactly("commerce/- t.v");
    assertThat(of(findings, "vindex_column"))
        .extracting(Finding::object)
        .contains("commerce/- t.id", "commerce/- m");
    assertThat(of(findings, "triggers"))
        .extracting(Finding::object)
        .containsExactly("commerce/- t.tr");
    assertThat(of(findings, "target_tables"))
        .extracting(Finding::message)
        .contains("the table holds rows")
        .anyMatch(message -> message.startsWith("id: type"));
  }

  @Test
  void collationsThatMakeUnequalBytesEqualPlaceNoRows(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (id VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY, b VARCHAR(9)"
            + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL)");
    Map<String, VindexSpec> byText = Map.of("t", new VindexSpec("b", VindexSpec.SHA256));
    assertThat(of(refused(run(server, BY_ID, "t")), "vindex_column")).hasSize(1);
    List<Finding> findings = run(server, byText, "t");
    assertThat(of(refused(findings), "vindex_column")).isEmpty();
    assertThat(of(findings, "unique_keys"))
        .extracting(Finding::severity)
        .containsExactly(Severity.WARN);
  }

  @Test
  void foreignKeysAreRefusedAndCascadesMostOfAll(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE p (id INT PRIMARY KEY)",
        "CREATE TABLE t (id INT PRIMARY KEY, p INT, CONSTRAINT c FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)");
    List<Finding> findings = of(refused(run(server, BY_ID, "t")), "foreign_keys");
    assertThat(findings)
        .hasSize(1)
        .first()
        .extracting(Finding::message)
        .asString()
        .contains("cascades");
    server.execute("DROP TABLE t");
  }

  @Test
  void anUnreachableShardAndAWrongClockAreNamed(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    Endpoint nowhere = new Endpoint("127.0.0.1", 1, "u", () -> "p", "s", Map.of());
    Clock wrong = Clock.offset(Clock.system(ZoneOffset.UTC), Duration.ofMinutes(5));

    List<Finding> findings = PreflightRig.between(server.endpoint(), nowhere).clock(wrong).run("t");

    assertThat(of(refused(findings), "reachability"))
        .extracting(Finding::object)
        .containsExactly("customer/-80", "customer/80-");
    assertThat(of(findings, "clock_skew"))
        .extracting(Finding::severity)
        .containsExactly(Severity.WARN);
  }

  @Test
  void xaTransactionsInProgressAreRefused(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    try (Connection connection = server.connectAsAdmin();
        Statement statement = connection.createStatement()) {
      boolean watched = new InformationSchema(connection).version().atLeast(8, 0, 0);
      assumeThat(watched).isTrue();
      statement.execute("XA START 'a'");
      statement.execute("INSERT INTO t VALUES (1)");
      assertThat(of(refused(run(server, BY_ID, "t")), "xa_transactions")).hasSize(1);
      statement.execute("XA END 'a'");
      statement.execute("XA ROLLBACK 'a'");
      assertThat(of(refused(run(server, BY_ID, "t")), "xa_transactions")).isEmpty();
    }
  }
}
