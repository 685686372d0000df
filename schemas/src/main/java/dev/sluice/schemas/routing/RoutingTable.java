package dev.sluice.schemas.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All rules as they stood at one epoch, taken whole. Immutable.
 *
 * @param rulesEpoch of the newest change; 0 when there was none
 * @param byKey rules by {@link RoutingRule#key()}, in order
 */
public record RoutingTable(long rulesEpoch, Map<String, RoutingRule> byKey) {

  /** No rules. */
  public static final RoutingTable EMPTY = new RoutingTable(0, Map.of());

  public RoutingTable {
    byKey = java.util.Collections.unmodifiableMap(new TreeMap<>(byKey));
  }

  /**
   * The rule for a table.
   *
   * @param table {@code customer}, or qualified {@code commerce.customer}
   */
  public Optional<RoutingRule> rule(String table, TabletType type) {
    return Optional.ofNullable(byKey.get(RoutingRule.key(table, type)));
  }

  /** Every rule, in order of key. */
  public List<RoutingRule> rules() {
    return List.copyOf(byKey.values());
  }

  /** The rules of a workflow. */
  public List<RoutingRule> of(String workflow) {
    return byKey.values().stream().filter(rule -> workflow.equals(rule.workflow())).toList();
  }
}
