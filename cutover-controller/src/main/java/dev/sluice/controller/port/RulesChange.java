package dev.sluice.controller.port;

import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Says what becomes of the rules of a workflow's tables. Stateless. */
public final class RulesChange {

  private static final List<TabletType> ALL = Arrays.asList(TabletType.values());

  private RulesChange() {}

  /**
   * Types open on the side where the record has them.
   *
   * @param types all on one side
   */
  public static RoutingChange open(WorkflowRecord record, Collection<TabletType> types) {
    return RoutingChange.open(
        tables(record), keyspaces(record), set(types), side(record, types), record.name());
  }

  /** Every type open where all of them are. */
  public static RoutingChange open(WorkflowRecord record) {
    return open(record, ALL);
  }

  /** The same, belonging to nobody any more: the workflow ends. */
  public static RoutingChange left(WorkflowRecord record) {
    return RoutingChange.open(tables(record), keyspaces(record), set(ALL), side(record, ALL), null);
  }

  /** Types held on the side where the record has them. */
  public static RoutingChange hold(
      WorkflowRecord record, Collection<TabletType> types, Instant until) {
    return RoutingChange.hold(
        tables(record), keyspaces(record), set(types), side(record, types), until, record.name());
  }

  private static List<String> tables(WorkflowRecord record) {
    return record.plan().tables().stream().map(TablePlan::name).toList();
  }

  private static List<String> keyspaces(WorkflowRecord record) {
    return List.of(record.spec().source(), record.spec().target());
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
