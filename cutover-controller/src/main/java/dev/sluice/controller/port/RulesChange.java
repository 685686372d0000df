package dev.sluice.controller.port;

import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says what becomes of the rules of a workflow's tables: of their names in both keyspaces; of those
 * in other keyspaces that lead to the move's source, as an earlier move has left them: applications
 * that use those follow, too; and of their unqualified names, except where such a rule is another
 * move's. Stateless.
 */
public final class RulesChange {

  private static final List<TabletType> ALL = Arrays.asList(TabletType.values());

  private RulesChange() {}

  /**
   * Types open on the side where the record has them.
   *
   * @param types all on one side
   * @param now the rules as they stand
   */
  public static RoutingChange open(
      WorkflowRecord record, Collection<TabletType> types, RoutingTable now) {
    return RoutingChange.open(names(record, now), set(types), side(record, types), record.name());
  }

  /** Every type open where all of them are. */
  public static RoutingChange open(WorkflowRecord record, RoutingTable now) {
    return open(record, ALL, now);
  }

  /** The same, belonging to nobody any more: the workflow ends. */
  public static RoutingChange left(WorkflowRecord record, RoutingTable now) {
    return RoutingChange.open(names(record, now), set(ALL), side(record, ALL), null);
  }

  /** Types held on the side where the record has them. */
  public static RoutingChange hold(
      WorkflowRecord record, Collection<TabletType> types, Instant until, RoutingTable now) {
    return RoutingChange.hold(
        names(record, now), set(types), side(record, types), until, record.name());
  }

  /** The rules as they stand, those of workflows that are not open as nobody's. */
  public static RoutingTable ofOpenWorkflows(WorkflowRecords records) {
    RoutingTable now = records.routing();
    Map<String, RoutingRule> rules = new HashMap<>();
    now.byKey()
        .forEach(
            (key, rule) -> {
              boolean open =
                  rule.workflow() == null
                      || records
                          .find(rule.workflow())
                          .filter(owner -> !owner.state().ended())
                          .isPresent();
              rules.put(key, open ? rule : rule.ofNobody());
            });
    return new RoutingTable(now.rulesEpoch(), rules);
  }

  /** True for a rule that belongs to another workflow, or to nobody and leads elsewhere. */
  public static boolean foreign(RoutingRule rule, WorkflowSpec spec) {
    return rule.workflow() == null
        ? !rule.toKeyspace().equals(spec.source()) && !rule.toKeyspace().equals(spec.target())
        : !rule.workflow().equals(spec.name());
  }

  /** Every name whose rules go with the workflow. */
  private static List<String> names(WorkflowRecord record, RoutingTable now) {
    List<String> tables = record.plan().tables().stream().map(TablePlan::name).toList();
    Set<String> names = new LinkedHashSet<>();
    for (String table : tables) {
      boolean foreign =
          Arrays.stream(TabletType.values())
              .flatMap(type -> now.rule(table, type).stream())
              .anyMatch(rule -> foreign(rule, record.spec()));
      if (!foreign) {
        names.add(table);
      }
    }
    for (String keyspace : List.of(record.spec().source(), record.spec().target())) {
      tables.forEach(table -> names.add(keyspace + "." + table));
    }
    for (RoutingRule rule : now.rules()) {
      int dot = rule.fromTable().indexOf('.');
      boolean moved = dot > 0 && tables.contains(rule.fromTable().substring(dot + 1));
      boolean leadsHere =
          rule.workflow() == null
              ? rule.toKeyspace().equals(record.spec().source())
              : rule.workflow().equals(record.name());
      if (moved && leadsHere) {
        names.add(rule.fromTable());
      }
    }
    return List.copyOf(names);
  }

  private static Set<TabletType> set(Collection<TabletType> types) {
    return EnumSet.copyOf(types);
  }

  private static String side(WorkflowRecord record, Collection<TabletType> types) {
    boolean there = record.cutover().onTarget().contains(types.iterator().next());
    for (TabletType type : types) {
      if (record.cutover().onTarget().contains(type) != there) {
        throw new IllegalArgumentException(types + " are not all served by one side");
      }
    }
    return there ? record.spec().target() : record.spec().source();
  }
}
