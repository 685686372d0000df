package dev.sluice.schemas.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.workflow.SluiceJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingEpochsTest {

  private final RoutingEpochs epochs = new RoutingEpochs();

  private static RoutingChange to(String keyspace, String... tables) {
    List<String> names = new ArrayList<>(List.of(tables));
    for (String table : tables) {
      names.add("commerce." + table);
      names.add("customer." + table);
    }
    return RoutingChange.open(names, EnumSet.allOf(TabletType.class), keyspace, "move");
  }

  private boolean accept(RoutingRule rule) {
    return epochs.accept(rule.key(), rule, rule.rulesEpoch(), rule.rulesInEpoch());
  }

  @Test
  void anEpochShowsOnlyWhenAllItsRulesHaveCome() {
    to("commerce", "a", "b").rules(1).forEach(this::accept);
    List<RoutingRule> flip = to("customer", "a", "b").rules(2);
    assertThat(flip).hasSize(2 * 3 * 3).allMatch(rule -> rule.rulesInEpoch() == 18);
    for (int i = 0; i < flip.size() - 1; i++) {
      assertThat(accept(flip.get(i))).isFalse();
      assertThat(epochs.table().rulesEpoch()).isEqualTo(1);
      assertThat(epochs.table().rules()).allMatch(rule -> rule.toKeyspace().equals("commerce"));
    }
    assertThat(accept(flip.get(17))).isTrue();
    assertThat(epochs.table().rulesEpoch()).isEqualTo(2);
    assertThat(epochs.table().rules()).allMatch(rule -> rule.toKeyspace().equals("customer"));
  }

  /** Compaction has taken what a later epoch wrote again. */
  @Test
  void anOldEpochBecomesWholeWithTheNext() {
    RoutingChange first = to("commerce", "a", "b");
    first.rules(1).stream()
        .filter(rule -> rule.fromTable().endsWith("b"))
        .forEach(rule -> assertThat(accept(rule)).isFalse());
    List<RoutingRule> second = to("customer", "a").rules(2);
    second.forEach(this::accept);
    RoutingTable table = epochs.table();
    assertThat(table.rulesEpoch()).isEqualTo(2);
    assertThat(table.rule("b", TabletType.PRIMARY).orElseThrow().toKeyspace())
        .isEqualTo("commerce");
    assertThat(table.rule("customer.a", TabletType.RDONLY).orElseThrow().toKeyspace())
        .isEqualTo("customer");
  }

  @Test
  void aRemovalIsAnEpochToo() {
    to("commerce", "a").rules(1).forEach(this::accept);
    assertThat(epochs.accept("a@primary", null, 2, 2)).isFalse();
    assertThat(epochs.table().rule("a", TabletType.PRIMARY)).isPresent();
    assertThat(epochs.accept("a@replica", null, 2, 2)).isTrue();
    assertThat(epochs.table().rule("a", TabletType.PRIMARY)).isEmpty();
    assertThat(epochs.table().rule("a", TabletType.RDONLY)).isPresent();
    assertThat(epochs.table().rulesEpoch()).isEqualTo(2);
  }

  @Test
  void theJsonIsTheContracts() {
    RoutingRule rule =
        RoutingChange.hold(
                List.of("corder"),
                EnumSet.of(TabletType.PRIMARY),
                "commerce",
                Instant.parse("2026-11-21T10:00:00Z"),
                "move")
            .rules(7)
            .get(0);
    assertThat(rule.key()).isEqualTo("corder@primary");
    String json = new String(SluiceJson.write(rule), StandardCharsets.UTF_8);
    assertThat(json)
        .isEqualTo(
            "{\"fromTable\":\"corder\",\"tabletType\":\"primary\",\"toKeyspace\":\"commerce\","
                + "\"state\":\"hold\",\"holdUntil\":\"2026-11-21T10:00:00Z\",\"rulesEpoch\":7,"
                + "\"rulesInEpoch\":1,\"workflow\":\"move\"}");
    assertThat(SluiceJson.read(SluiceJson.write(rule), RoutingRule.class)).isEqualTo(rule);
  }
}
