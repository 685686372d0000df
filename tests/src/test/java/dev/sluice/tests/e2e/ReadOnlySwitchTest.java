package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A move whose fences are the servers' own {@code read_only}, from its copy to its end. */
@Tag("soak")
@ExtendWith(SharedStack.class)
class ReadOnlySwitchTest {

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void trafficGoesToAndFroAndNoServerStaysReadOnly(Stack stack, StackScope scope) throws Exception {
    try (PlainAccount account = new PlainAccount(scope);
        SwitchRig rig = SwitchRig.of(stack, scope, account)) {
      rig.move.start(Layout.ALL_IN_ONE);
      rig.move.create(Map.of("copy.slice", "500ms", "fence", "read-only")).awaitState("running");
      rig.write(4, 80).awaitWrites(50);
      assertThat(account.readOnly()).containsExactly("target/-80 11", "target/80- 11");

      preflightKnowsItsOwnFence(rig);
      rig.changed("switch-traffic");
      assertThat(account.readOnly()).containsExactly("source 11");
      rig.awaitWrites(50).bothSidesAreEqual();
      rig.changed("reverse-traffic");
      assertThat(account.readOnly()).containsExactly("target/-80 11", "target/80- 11");
      rig.awaitWrites(50).bothSidesAreEqual();
      rig.changed("switch-traffic");
      rig.awaitWrites(50);
      rig.nothingIsLost();

      assertThat(rig.change("complete", Map.of()).code()).isEqualTo(202);
      rig.move.awaitState("completed");
      assertThat(account.readOnly()).isEmpty();
      assertThat(Leftovers.of(rig.move).sidecarRows()).isEmpty();
      rig.move.ended();
    }
  }

  /** Another move between the same servers is not refused for what this one does. */
  private static void preflightKnowsItsOwnFence(SwitchRig rig) {
    Map<String, Object> spec =
        Map.of(
            "name",
            rig.move.workflow() + "-other",
            "source",
            "commerce",
            "target",
            "customer",
            "tables",
            List.of("product"),
            "vindexes",
            Map.of("product", Map.of("column", "sku", "type", "sha256")));
    JsonNode findings = rig.move.processes.client().preflight(spec).orThrow().path("findings");
    assertThat(findings)
        .filteredOn(finding -> finding.path("check").asText().equals("read_only"))
        .as("%s", findings)
        .hasSize(3)
        .allMatch(finding -> finding.path("severity").asText().equals("ok"));
  }
}
