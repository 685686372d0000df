package dev.sluice.tests.mysql;

import static dev.sluice.tests.mysql.PreflightRig.worst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import dev.sluice.tests.stack.Stacks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings that need a server of a kind of its own. */
@Tag("mysql")
@Tag("soak")
class PreflightServersTest {

  @TempDir java.nio.file.Path home;

  @Test
  void aServerThatDoesNotLogWhatIsReadIsRefused() {
    StackOptions options =
        StackOptions.named("pfservers")
            .home(home)
            .mysqlFlags("source", "--skip-log-bin", "--gtid-mode=OFF")
            .mysqlFlags("target/-80", "--binlog-ignore-db=audit", "--binlog-ignore-db=customer")
            .build();
    try (Stack stack = Stacks.start(options)) {
      stack.source().execute("CREATE TABLE commerce.t (id BIGINT PRIMARY KEY)");
      PreflightRig rig =
          PreflightRig.between(endpoint(stack.source()), endpoint(stack.target("-80")));
      assertThat(worst(rig.run("t"), "writable_members", "customer/")).isEqualTo(Severity.OK);

      List<Finding> findings = rig.run("t");
      assertThat(worst(findings, "log_bin", "commerce/")).isEqualTo(Severity.REFUSE);
      assertThat(worst(findings, "gtid_mode", "commerce/")).isEqualTo(Severity.REFUSE);
      assertThat(worst(findings, "log_bin", "customer/")).isEqualTo(Severity.OK);
      assertThat(worst(findings, "binlog_filters", "customer/")).isEqualTo(Severity.REFUSE);
    }
  }

  /** A group of two that both take writes: a fence on one of them would not hold. */
  @Test
  void aGroupWithSeveralWritersIsRefused() {
    String[] flags = {
      "--plugin-load-add=group_replication.so",
      "--report-host=127.0.0.1",
      "--loose-group-replication-group-name=aaaaaaaa-0000-4000-8000-000000000001",
      "--loose-group-replication-single-primary-mode=OFF",
      "--loose-group-replication-enforce-update-everywhere-checks=ON",
      "--loose-group-replication-recovery-get-public-key=ON",
      "--loose-group-replication-ip-allowlist=127.0.0.1"
    };
    StackOptions options =
        StackOptions.named("pfgroup")
            .home(home)
            .extraServers("member")
            .mysqlFlags("source", flags)
            .mysqlFlags("member", flags)
            .build();
    try (Stack stack = Stacks.start(options)) {
      MysqlServer first = stack.source();
      MysqlServer second = stack.mysql("member");
      first.execute("CREATE TABLE commerce.t (id BIGINT PRIMARY KEY)");
      PreflightRig rig = PreflightRig.between(endpoint(first), endpoint(stack.target("-80")));
      assertThat(worst(rig.run("t"), "writable_members", "commerce/")).isEqualTo(Severity.OK);

      int ports = new Ports(0).take();
      join(first, ports, "SET GLOBAL group_replication_bootstrap_group = ON");
      first.execute("SET GLOBAL group_replication_bootstrap_group = OFF");
      second.execute("RESET BINARY LOGS AND GTIDS");
      join(
          second,
          new Ports(0).take(),
          "SET GLOBAL group_replication_group_seeds = '127.0.0.1:" + ports + "'");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(worst(rig.run("t"), "writable_members", "commerce/"))
                      .isEqualTo(Severity.REFUSE));

      second.execute("STOP GROUP_REPLICATION");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(worst(rig.run("t"), "writable_members", "commerce/"))
                      .isEqualTo(Severity.OK));
    }
  }

  private static void join(MysqlServer server, int port, String how) {
    server.execute(
        "SET GLOBAL group_replication_local_address = '127.0.0.1:" + port + "'",
        how,
        "START GROUP_REPLICATION USER = '"
            + server.adminUser()
            + "', PASSWORD = '"
            + server.adminPassword()
            + "'");
  }

  private static Endpoint endpoint(MysqlServer server) {
    return new Endpoint(
        server.host(), server.port(), server.user(), server::password, server.schema(), Map.of());
  }
}
