package dev.sluice.tests.mysql;

import static dev.sluice.tests.mysql.PreflightRig.worst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import dev.sluice.tests.stack.Stacks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings that need servers of a kind of their own: without a binary log, in a group. */
@Tag("mysql")
@Tag("soak")
class PreflightServersTest {

  private static final String GROUP = UUID.randomUUID().toString();

  @TempDir java.nio.file.Path home;

  @Test
  void aServerWithoutBinaryLogAndAGroupOfSeveralWritersAreRefused() throws SQLException {
    Ports ports = new Ports(0);
    int one = ports.take();
    int two = ports.take();
    StackOptions options =
        StackOptions.named("pfservers")
            .home(home)
            .mysqlFlags("source", "--skip-log-bin", "--gtid-mode=OFF")
            .mysqlFlags("target/-80", group(one, one, two))
            .mysqlFlags("target/80-", group(two, one, two))
            .build();
    try (Stack stack = Stacks.start(options)) {
      stack.source().execute("CREATE TABLE commerce.t (id BIGINT PRIMARY KEY)");
      MysqlServer first = stack.target("-80");
      PreflightRig rig = PreflightRig.between(endpoint(stack.source()), endpoint(first));
      assertThat(worst(rig.run("t"), "writable_members", "customer/")).isEqualTo(Severity.OK);

      List<Finding> findings = rig.run("t");
      assertThat(worst(findings, "log_bin", "commerce/")).isEqualTo(Severity.REFUSE);
      assertThat(worst(findings, "gtid_mode", "commerce/")).isEqualTo(Severity.REFUSE);
      assertThat(worst(findings, "log_bin", "customer/")).isEqualTo(Severity.OK);

      join(first, true);
      join(stack.target("80-"), false);
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(members(first)).isEqualTo("2"));
      assertThat(worst(rig.run("t"), "writable_members", "customer/")).isEqualTo(Severity.REFUSE);

      first.execute("DO group_replication_switch_to_single_primary_mode()");
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(worst(rig.run("t"), "writable_members", "customer/"))
                      .isEqualTo(Severity.OK));
    }
  }

  private static String[] group(int own, int one, int two) {
    return new String[] {
      "--plugin-load-add=group_replication.so",
      "--loose-group-replication-group-name=" + GROUP,
      "--loose-group-replication-start-on-boot=OFF",
      "--loose-group-replication-local-address=127.0.0.1:" + own,
      "--loose-group-replication-group-seeds=127.0.0.1:" + one + ",127.0.0.1:" + two,
      "--loose-group-replication-single-primary-mode=OFF",
      "--loose-group-replication-enforce-update-everywhere-checks=OFF",
      "--report-host=127.0.0.1"
    };
  }

  private static void join(MysqlServer server, boolean bootstrap) {
    server.execute(
        "CHANGE REPLICATION SOURCE TO SOURCE_USER = '"
            + server.adminUser()
            + "', SOURCE_PASSWORD = '"
            + server.adminPassword()
            + "', GET_SOURCE_PUBLIC_KEY = 1 FOR CHANNEL 'group_replication_recovery'");
    if (bootstrap) {
      server.execute("SET GLOBAL group_replication_bootstrap_group = ON");
    }
    server.execute("START GROUP_REPLICATION");
    if (bootstrap) {
      server.execute("SET GLOBAL group_replication_bootstrap_group = OFF");
    }
  }

  private static String members(MysqlServer server) throws SQLException {
    try (Connection connection = server.connectAsAdmin("mysql")) {
      return Queries.text(
              connection,
              "SELECT COUNT(*) FROM performance_schema.replication_group_members"
                  + " WHERE MEMBER_STATE = 'ONLINE'")
          .orElse("0");
    }
  }

  private static Endpoint endpoint(MysqlServer server) {
    return new Endpoint(
        server.host(), server.port(), server.user(), server::password, server.schema(), Map.of());
  }
}
