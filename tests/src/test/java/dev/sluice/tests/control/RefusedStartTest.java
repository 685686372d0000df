package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.server.Role;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Somebody uses the target's tables between create and start. */
@Tag("control")
@Tag("soak")
@ExtendWith(SharedStack.class)
class RefusedStartTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String CUSTOMER =
      "CREATE TABLE customer (customer_id INT PRIMARY KEY, name VARCHAR(20), KEY (name))";

  private Stack stack;
  private StackScope scope;
  private ControlRig rig;
  private SluiceClient client;
  private int errors;

  /** Neither a start nor a cancel takes a row that the workflow has not written. */
  @Test
  void rowsThatAreNotTheMovesOutliveItsCancel(Stack shared, StackScope own) throws Exception {
    stack = shared;
    scope = own;
    try (ControlRig opened = new ControlRig(stack, scope)) {
      rig = opened;
      client = rig.server(EnumSet.of(Role.CONTROLLER));
      rig.onTargets(CUSTOMER);
      Map<String, Object> spec = new HashMap<>(rig.spec());
      spec.put("options", Map.of("auto-start", false));
      assertThat(client.create(spec).code()).isEqualTo(201);

      // the key that is usual on shards: an update of customer_id would leave the older row behind
      onHigh(
          "CREATE TABLE corder (order_id INT NOT NULL, customer_id INT NOT NULL,"
              + " PRIMARY KEY (customer_id, order_id))");
      assertThat(refused(Map.of()))
          .contains("corder on customer/80- is not defined as on the source")
          .contains("key is [order_id] on the source and [customer_id, order_id] on the target");

      onHigh(
          "DROP TABLE corder",
          "CREATE TABLE corder (order_id INT PRIMARY KEY, customer_id INT NOT NULL, KEY"
              + " (customer_id))",
          "INSERT INTO corder VALUES (77, 7)",
          "INSERT INTO customer VALUES (900, 'wanted')");
      assertThat(refused(Map.of())).contains("customer on customer/80- holds rows");
      assertThat(refused(Map.of("recopy", true))).contains("customer on customer/80- holds rows");

      assertThat(client.act(rig.workflow(), "cancel", "the rows are wanted").code()).isEqualTo(202);
      rig.awaitState(client, "cancelled");
      assertThat(rig.onTarget("80-", "SELECT name FROM customer")).isEqualTo("wanted");
      assertThat(rig.onTarget("80-", "SELECT order_id FROM corder")).isEqualTo("77");
      assertThat(rig.onTarget("-80", "SELECT COUNT(*) FROM customer")).isEqualTo("0");
      assertThat(rig.onTarget("-80", "SHOW TABLES LIKE 'corder'")).as("made by start").isNull();
      JsonNode history = client.show(rig.workflow()).orThrow().path("history");
      assertThat(history.get(history.size() - 1).path("reason").asText())
          .contains("left as they are")
          .contains("corder on ", "customer on ", scope.targetSchema());
    }
  }

  private void onHigh(String... statements) throws SQLException {
    try (Connection connection = stack.target("80-").connectAsAdmin(scope.targetSchema());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The error of a start that does not come about. */
  private String refused(Map<String, ?> start) {
    assertThat(client.act(rig.workflow(), "start", start).code()).isEqualTo(202);
    errors++;
    await()
        .atMost(PATIENCE)
        .until(() -> errors() == errors && state().path("state").asText().equals("error"));
    JsonNode error = state().path("error");
    assertThat(error.path("code").asText()).isEqualTo("TARGET_SCHEMA_MISMATCH");
    return error.path("message").asText();
  }

  private JsonNode state() {
    return client.status(rig.workflow()).orThrow();
  }

  private int errors() {
    int count = 0;
    for (JsonNode step : client.show(rig.workflow()).orThrow().path("history")) {
      count += step.path("to").asText().equals("error") ? 1 : 0;
    }
    return count;
  }
}
