package dev.sluice.tests.mysql;

import static dev.sluice.tests.mysql.PreflightRig.worst;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import dev.sluice.tests.stack.Stacks;
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
  void aServerWithoutBinaryLogIsRefused() {
    StackOptions options =
        StackOptions.named("pfservers")
            .home(home)
            .mysqlFlags("source", "--skip-log-bin", "--gtid-mode=OFF")
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
    }
  }

  private static Endpoint endpoint(MysqlServer server) {
    return new Endpoint(
        server.host(), server.port(), server.user(), server::password, server.schema(), Map.of());
  }
}
