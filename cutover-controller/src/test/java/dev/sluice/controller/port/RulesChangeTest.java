package dev.sluice.controller.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.FakeRecords;
import dev.sluice.controller.Records;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which rules go with a move from commerce to customer, and which stay. */
class RulesChangeTest {

  private static final List<TabletType> ALL = Arrays.asList(TabletType.values());

  private final FakeRecords records = new FakeRecords();
  private final WorkflowRecord record = Records.in("move", WorkflowState.CREATED);

  private void rule(String workflow, String toKeyspace, String... names) {
    records.write(
        Records.in("other", WorkflowState.COPYING),
        RoutingChange.open(List.of(names), EnumSet.allOf(TabletType.class), toKeyspace, workflow));
  }

  private String leads(String name) {
    return records
        .routing()
        .rule(name, TabletType.PRIMARY)
        .map(rule -> rule.toKeyspace() + " of " + rule.workflow())
        .orElse("nowhere");
  }

  private WorkflowRecord onTarget() {
    return record.cut(record.cutover().moved(true, ALL));
  }

  @Test
  void aMoveOnwardTakesTheRulesOfTheMoveBefore() {
    // what a completed move from shop to commerce has left
    rule(null, "commerce", "customer", "shop.customer", "commerce.customer");
    rule(null, "shop", "shop.line", "line");

    records.write(record, RulesChange.open(record, records.routing()));
    for (String name :
        List.of("customer", "shop.customer", "commerce.customer", "customer.customer")) {
      assertThat(leads(name)).as(name).isEqualTo("commerce of move");
    }
    records.write(record, RulesChange.hold(onTarget(), ALL, Records.NOW, records.routing()));
    records.write(record, RulesChange.open(onTarget(), records.routing()));
    assertThat(leads("shop.customer")).isEqualTo("customer of move");
    records.write(record, RulesChange.left(onTarget(), records.routing()));

    Set<String> flipped = new TreeSet<>();
    for (RoutingRule rule : records.routing().rules()) {
      if (rule.toKeyspace().equals("customer")) {
        assertThat(rule.workflow()).isNull();
        flipped.add(rule.fromTable());
      }
    }
    assertThat(flipped)
        .containsExactly("commerce.customer", "customer", "customer.customer", "shop.customer");
    assertThat(leads("shop.line")).isEqualTo("shop of null");
  }

  @Test
  void anotherMovesUnqualifiedRuleIsNeverWritten() {
    for (String workflow : new String[] {"other", null}) {
      rule(workflow, "warehouse", "customer", "warehouse.customer");

      records.write(record, RulesChange.open(record, records.routing()));
      records.write(record, RulesChange.hold(record, ALL, Records.NOW, records.routing()));
      records.write(record, RulesChange.open(onTarget(), records.routing()));
      records.write(record, RulesChange.left(record, records.routing()));

      assertThat(leads("customer")).isEqualTo("warehouse of " + workflow);
      assertThat(leads("warehouse.customer")).isEqualTo("warehouse of " + workflow);
      assertThat(leads("commerce.customer")).isEqualTo("commerce of null");
    }
  }

  @Test
  void aNewMoveHasRulesOfItsOwn() {
    records.write(record, RulesChange.open(record, records.routing()));

    assertThat(records.routing().rules()).hasSize(9).allMatch(rule -> rule.rulesInEpoch() == 9);
  }

  /** An owner that has ended, or that nobody knows, owns nothing. */
  @Test
  void aRuleOfAWorkflowThatIsNotOpenIsNobodys() {
    rule("gone", "commerce", "customer");

    records.write(record, RulesChange.open(record, RulesChange.ofOpenWorkflows(records)));

    assertThat(leads("customer")).isEqualTo("commerce of move");
  }
}
