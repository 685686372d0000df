package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.server.Role;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that is gone for good, ended as docs/operating/lifecycle.md says. */
@Tag("control")
@Tag("soak")
@ExtendWith(SharedStack.class)
class LostServerTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Set<Role> CONTROLLER = EnumSet.of(Role.CONTROLLER);
  private static final String LOST = "target/80-";

  @Test
  void anEmptySchemaOfAnotherServerStandsInForIt(Stack stack, StackScope scope) throws Exception {
    MysqlServer standIn = stack.source();
    String schema = "`" + scope.targetSchema() + "`";
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceClient first = rig.server(CONTROLLER);
      assertThat(first.create(rig.spec()).code()).isEqualTo(201);
      rig.awaitState(first, "copying");
      assertThat(rig.onTarget("-80", "SHOW TABLES LIKE 'customer'")).isEqualTo("customer");
      rig.stopServer(0);

      int nobody = new Ports(0).take();
      SluiceClient second = rig.server(CONTROLLER, yaml -> elsewhere(scope, nobody, "any"));
      assertThat(second.act(rig.workflow(), "cancel", "a trial").code()).isEqualTo(202);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode status = second.status(rig.workflow()).orThrow();
                assertThat(status.path("state").asText()).isEqualTo("cancelling");
                assertThat(status.path("error").path("code").asText())
                    .isEqualTo("MYSQL_UNAVAILABLE");
                assertThat(status.path("error").path("message").asText()).contains(":" + nobody);
              });
      assertThat(rig.onTarget("-80", "SHOW TABLES LIKE 'customer'")).isEqualTo("customer");
      rig.stopServer(1);

      standIn.execute("CREATE SCHEMA " + schema);
      SluiceClient third =
          rig.server(CONTROLLER, yaml -> elsewhere(scope, standIn.port(), standIn.password()));
      rig.awaitState(third, "cancelled");
      assertThat(rig.topics()).isEmpty();
      assertThat(rig.onTarget("-80", "SHOW TABLES")).isNull();
    } finally {
      standIn.execute("DROP SCHEMA IF EXISTS " + schema);
    }
  }

  /** The configuration with another server in the place of the lost one. */
  private static String elsewhere(StackScope scope, int port, String password) {
    ServerConfig config = scope.serverConfig().withHttpListen("127.0.0.1:0");
    return config.withPort(LOST, port).withPassword(LOST, password).yaml();
  }
}
