package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.server.Role;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** DDL on moved tables as an operator meets it: what stops, what it takes to go on, what passes. */
@Tag("control")
@ExtendWith(SharedStack.class)
class DdlTest {

  private static final String CUSTOMERS = "SELECT * FROM customer";

  private ControlRig rig;
  private SluiceClient client;

  @BeforeEach
  void startServer(Stack stack, StackScope scope) throws SQLException {
    rig = new ControlRig(stack, scope);
    client = rig.server(EnumSet.allOf(Role.class));
  }

  @AfterEach
  void stopServer() throws Exception {
    rig.close();
  }

  private void create(String onDdl) {
    Map<String, Object> spec = new HashMap<>(rig.spec());
    spec.put("options", Map.of("on-ddl", onDdl));
    SluiceClient.Answer answer = client.create(spec);
    assertThat(answer.code()).as("%s", answer.body()).isEqualTo(201);
    rig.awaitState(client, "running");
  }

  /** The error that the workflow has come to, once everything before the DDL is applied. */
  private JsonNode awaitStopped(String inMessage) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> {
              JsonNode status = client.status(rig.workflow()).body();
              assertThat(status.path("state").asText()).isEqualTo("error");
              assertThat(status.path("error").path("message").asText()).contains(inMessage);
            });
    JsonNode error = client.status(rig.workflow()).body().path("error");
    assertThat(error.path("code").asText()).isEqualTo("DDL_STOPPED");
    return error;
  }

  private void startAgain() {
    assertThat(client.act(rig.workflow(), "start", "the statement is seen to").ok()).isTrue();
  }

  private void awaitEqual(String query) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(rig.rows(true, query)).isEqualTo(rig.rows(false, query)));
    rig.awaitState(client, "running");
  }

  private void awaitOnTargets(int customers) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(rig.rows(true, CUSTOMERS)).hasSize(customers));
  }

  @Test
  void withStopTheOperatorRunsTheStatementOnTheTargetsAndGoesOn() throws Exception {
    create("stop");
    String ddl =
        "ALTER TABLE customer ADD COLUMN level INT NOT NULL DEFAULT 7 FIRST, MODIFY name"
            + " VARCHAR(40)";
    rig.onSource(
        "INSERT INTO customer VALUES (4, 'd')",
        ddl,
        "INSERT INTO customer VALUES (1, 5, 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee')",
        "UPDATE customer SET level = 2 WHERE customer_id = 2");
    JsonNode error = awaitStopped("ADD COLUMN level");
    assertThat(error.path("remedy").asText()).contains("on the table of every target shard");
    awaitOnTargets(4);

    startAgain();
    awaitStopped("has no column level");
    assertThat(rig.rows(true, CUSTOMERS)).contains("2|b|").hasSize(4);

    rig.onTargets(ddl);
    startAgain();
    awaitEqual(CUSTOMERS);
    assertThat(rig.rows(true, CUSTOMERS)).hasSize(5).contains("2|2|b|");

    rig.onSource("DELETE FROM customer WHERE customer_id = 1", "TRUNCATE TABLE customer");
    awaitStopped("TRUNCATE");
    awaitOnTargets(4);
    rig.onSource("INSERT INTO customer VALUES (1, 9, 'new')");
    startAgain();
    awaitStopped("still holds rows");
    rig.onTargets("TRUNCATE TABLE customer");
    startAgain();
    awaitEqual(CUSTOMERS);
    assertThat(rig.rows(true, CUSTOMERS)).containsExactly("1|9|new|");

    rig.onSource("RENAME TABLE customer TO _customer_old, corder TO x, x TO corder");
    assertThat(awaitStopped("RENAME").path("remedy").asText()).contains("cancel the workflow");
    startAgain();
    awaitStopped("RENAME");
    rig.cancel(client);
    assertThat(rig.topics()).isEmpty();
  }

  @Test
  void withIgnoreWhatStillFitsPassesAndNoValueIsLost() throws Exception {
    create("ignore");
    rig.onSource(
        "CREATE INDEX by_name ON customer (name)",
        "INSERT INTO customer VALUES (4, 'd')",
        "ALTER TABLE customer MODIFY name VARCHAR(30)",
        "INSERT INTO customer VALUES (5, 'e')",
        "ALTER TABLE corder ADD COLUMN gone INT",
        "UPDATE corder SET gone = 1");
    awaitStopped("has no column gone");
    // one shard's applier has stopped; the other one may still be on its way there
    awaitOnTargets(5);
    assertThat(rig.rows(true, "SELECT * FROM corder")).hasSize(2);

    rig.onTargets("ALTER TABLE corder ADD COLUMN gone INT");
    startAgain();
    awaitEqual("SELECT * FROM corder");

    rig.onSource("ALTER TABLE corder DROP COLUMN gone", "INSERT INTO corder VALUES (3, 3)");
    awaitEqual("SELECT order_id, customer_id FROM corder");

    rig.onSource("INSERT INTO customer VALUES (6, '123456789012345678901234567890')");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> client.status(rig.workflow()).body().path("state").asText().equals("error"));
    assertThat(client.status(rig.workflow()).body().path("error").path("message").asText())
        .contains("customer");
    assertThat(rig.rows(true, CUSTOMERS)).hasSize(5);
    rig.onTargets("ALTER TABLE customer MODIFY name VARCHAR(30)");
    startAgain();
    awaitEqual(CUSTOMERS);
    assertThat(rig.onTarget("-80", "SHOW INDEX FROM customer WHERE Key_name = 'by_name'")).isNull();
  }

  @Test
  void foreignKeysAreNamedOneByOneAndDroppedOnTheTargetIfAsked() throws Exception {
    rig.onSource(
        "CREATE TABLE outside (id INT PRIMARY KEY, c INT, CONSTRAINT enters FOREIGN KEY (c)"
            + " REFERENCES customer (customer_id))",
        "ALTER TABLE corder ADD CONSTRAINT inside FOREIGN KEY (customer_id) REFERENCES customer"
            + " (customer_id)",
        "ALTER TABLE customer ADD COLUMN o INT, ADD CONSTRAINT leaves FOREIGN KEY (o) REFERENCES"
            + " outside (id)");

    assertThat(foreignKeys(client.preflight(rig.spec()).body().path("findings")))
        .containsExactlyInAnyOrder(
            "refuse corder.inside lies inside the move",
            "refuse customer.leaves leaves the move",
            "refuse outside.enters enters the move");
    assertThat(client.create(rig.spec()).code()).isEqualTo(422);

    Map<String, Object> drop = new HashMap<>(rig.spec());
    drop.put("options", Map.of("foreign-keys", "drop"));
    rig.onSource(
        "ALTER TABLE customer DROP FOREIGN KEY leaves",
        "ALTER TABLE customer ADD CONSTRAINT leaves FOREIGN KEY (o) REFERENCES outside (id) ON"
            + " DELETE SET NULL");
    assertThat(foreignKeys(client.preflight(drop).body().path("findings")))
        .containsExactlyInAnyOrder(
            "warn corder.inside lies inside the move",
            "refuse customer.leaves leaves the move and cascades",
            "warn outside.enters enters the move");

    rig.onSource("ALTER TABLE customer DROP FOREIGN KEY leaves");
    SluiceClient.Answer created = client.create(drop);
    assertThat(created.code()).as("%s", created.body()).isEqualTo(201);
    assertThat(foreignKeys(created.body().path("warnings")))
        .containsExactlyInAnyOrder(
            "warn corder.inside lies inside the move", "warn outside.enters enters the move");
    rig.awaitState(client, "running");
    // a child before its parent, and one without: the source alone says what may be
    rig.onSource(
        "SET foreign_key_checks = 0",
        "INSERT INTO corder VALUES (7, 77)",
        "DELETE FROM customer WHERE customer_id = 1");
    awaitEqual("SELECT * FROM corder");
    awaitEqual(CUSTOMERS);
    for (String shard : List.of("-80", "80-")) {
      assertThat(
              rig.onTarget(
                  shard,
                  "SELECT CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
                      + " WHERE CONSTRAINT_SCHEMA = DATABASE()"))
          .isNull();
    }
  }

  private static List<String> foreignKeys(JsonNode findings) {
    List<String> found = new ArrayList<>();
    for (JsonNode finding : findings) {
      if (finding.path("check").asText().equals("foreign_keys")) {
        String message = finding.path("message").asText();
        found.add(
            finding.path("severity").asText()
                + " "
                + finding.path("object").asText().replaceFirst(".* ", "")
                + " "
                + message.replaceFirst("foreign key to \\S+ ", "").replaceFirst("[:;].*", ""));
      }
    }
    return found;
  }
}
