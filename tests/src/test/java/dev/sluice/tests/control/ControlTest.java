package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.server.Role;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The controller on real servers. */
@Tag("control")
@ExtendWith(SharedStack.class)
class ControlTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Test
  void aWorkflowGoesThroughItsLife(Stack stack, StackScope scope) throws Exception {
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceClient client = rig.server(EnumSet.allOf(Role.class));
      assertThat(client.preflight(rig.spec()).orThrow().path("ok").asBoolean()).isTrue();
      assertThat(rig.topics()).isEmpty();

      assertThat(client.create(rig.spec()).code()).isEqualTo(201);
      JsonNode running = rig.awaitState(client, "running");
      assertThat(running.path("tables")).allMatch(table -> table.path("percent").asDouble() == 100);
      assertThat(running.path("streams"))
          .filteredOn(stream -> stream.path("direction").asText().equals("forward"))
          .isNotEmpty()
          .allMatch(stream -> stream.path("state").asText().equals("streaming"));
      assertThat(client.create(rig.spec()).code()).as("the name is taken").isEqualTo(409);
      Map<String, Object> other = new HashMap<>(rig.spec());
      other.put("name", "other");
      assertThat(client.create(other).code()).as("the tables are taken").isEqualTo(422);

      assertThat(client.act(rig.workflow(), "stop", "pause").code()).isEqualTo(202);
      assertThat(client.act(rig.workflow(), "stop", "pause").code())
          .as("done already")
          .isEqualTo(200);
      rig.onSource("INSERT INTO customer VALUES (10, 'new')");
      assertThat(client.act(rig.workflow(), "start", "go on").code()).isEqualTo(202);
      rig.awaitState(client, "running");
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  "new"
                      .equals(
                          rig.onTarget("-80", "SELECT name FROM customer WHERE customer_id = 10")));

      rig.cancel(client);
      assertThat(rig.topics()).isEmpty();
      assertThat(rig.onTarget("-80", "SHOW TABLES")).isNull();
      assertThat(rig.onTarget("80-", "SHOW TABLES")).isNull();
      assertThat(states(client.show(rig.workflow()).orThrow()))
          .containsExactly(
              "created", "copying", "running", "stopped", "running", "cancelling", "cancelled");

      assertThat(client.create(rig.spec()).code()).as("the name can be used again").isEqualTo(201);
      rig.awaitState(client, "running");
      rig.cancel(client);
    }
  }

  private static List<String> states(JsonNode workflow) {
    List<String> states = new ArrayList<>();
    workflow.path("history").forEach(step -> states.add(step.path("to").asText()));
    return states;
  }

  @Test
  void aControllerKilledWhileItCreatesIsFinishedByTheNext(Stack stack, StackScope scope)
      throws Exception {
    killWhileCreating(ControllerPausePoints.TABLES_CREATED, stack, scope);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(
      strings = {
        ControllerPausePoints.RECORD_WRITTEN,
        ControllerPausePoints.TABLES_CREATED,
        ControllerPausePoints.TOPICS_CREATED
      })
  void killWhileCreating(String point, Stack stack, StackScope scope) throws Exception {
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceProcess first = rig.controllerProcess(point);
      assertThat(first.client().create(rig.spec()).code()).isEqualTo(201);
      await().atMost(PATIENCE).until(() -> first.reached(point));
      first.kill();

      SluiceClient second = rig.server(EnumSet.of(Role.CONTROLLER));
      rig.awaitState(second, "copying");

      assertThat(rig.topics())
          .containsExactlyInAnyOrder(
              rig.workflow() + ".journal",
              rig.workflow() + ".customer",
              rig.workflow() + ".corder",
              rig.workflow() + ".requests",
              rig.workflow() + ".schema-history.0");
      assertThat(rig.onTarget("-80", "SHOW TABLES LIKE 'customer'")).isEqualTo("customer");
      assertThat(rig.onTarget("80-", "SHOW TABLES LIKE 'corder'")).isEqualTo("corder");
      rig.cancel(second);
    }
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(
      strings = {
        ControllerPausePoints.CANCEL_UNITS_STOPPED,
        ControllerPausePoints.CANCEL_TABLES_DROPPED,
        ControllerPausePoints.CANCEL_TOPICS_DELETED
      })
  void killWhileCancelling(String point, Stack stack, StackScope scope) throws Exception {
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceProcess first = rig.controllerProcess(point);
      assertThat(first.client().create(rig.spec()).code()).isEqualTo(201);
      rig.awaitState(first.client(), "copying");
      assertThat(first.client().act(rig.workflow(), "cancel", "no longer wanted").code())
          .isEqualTo(202);
      await().atMost(PATIENCE).until(() -> first.reached(point));
      first.kill();

      SluiceClient second = rig.server(EnumSet.of(Role.CONTROLLER));
      rig.awaitState(second, "cancelled");

      assertThat(rig.topics()).isEmpty();
      assertThat(rig.onTarget("-80", "SHOW TABLES")).isNull();
      assertThat(rig.onTarget("80-", "SHOW TABLES")).isNull();
    }
  }

  @Test
  void aStandbyForwardsAndTakesOver(Stack stack, StackScope scope) throws Exception {
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceClient first = rig.server(EnumSet.of(Role.CONTROLLER));
      SluiceClient second = rig.server(EnumSet.of(Role.CONTROLLER));
      SluiceClient third = rig.server(EnumSet.of(Role.CAPTURE));
      Map<String, Object> spec = new HashMap<>(rig.spec());
      spec.put("options", Map.of("auto-start", false));

      assertThat(second.create(spec).code()).isEqualTo(201);
      assertThat(first.status(rig.workflow()).orThrow().path("state").asText())
          .isEqualTo("created");
      assertThat(third.status(rig.workflow()).orThrow().path("stage").path("name").asText())
          .isEqualTo("waiting for start");

      rig.stopServer(0);
      rig.awaitState(second, "created");
      rig.cancel(second);
    }
  }
}
