package dev.sluice.schemas.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What becomes of the rules of a workflow's tables: all of them in one Kafka transaction, under one
 * new rulesEpoch. Immutable.
 *
 * @param tables names without a keyspace
 * @param keyspaces whose qualified names {@code <keyspace>.<table>} have rules, too: source and
 *     target
 * @param types rules of other tablet types stay as they are
 * @param holdUntil null unless HOLD
 * @param workflow null when the workflow has ended
 */
public record RoutingChange(
    List<String> tables,
    List<String> keyspaces,
    Set<TabletType> types,
    String toKeyspace,
    RoutingRule.State state,
    Instant holdUntil,
    String workflow) {

  public RoutingChange {
    tables = List.copyOf(tables);
    keyspaces = List.copyOf(keyspaces);
    types = Set.copyOf(types);
    Objects.requireNonNull(toKeyspace, "toKeyspace");
    if (tables.isEmpty() || types.isEmpty()) {
      throw new IllegalArgumentException("a change of routing rules names tables and tablet types");
    }
    if ((state == RoutingRule.State.HOLD) != (holdUntil != null)) {
      throw new IllegalArgumentException("a hold has an end, and only a hold has one");
    }
  }

  /** Queries of these types go to the keyspace. */
  public static RoutingChange open(
      List<String> tables,
      List<String> keyspaces,
      Set<TabletType> types,
      String toKeyspace,
      String workflow) {
    return new RoutingChange(
        tables, keyspaces, types, toKeyspace, RoutingRule.State.OPEN, null, workflow);
  }

  /**
   * Queries of these types wait.
   *
   * @param keyspace where they go when nothing changes until then
   */
  public static RoutingChange hold(
      List<String> tables,
      List<String> keyspaces,
      Set<TabletType> types,
      String keyspace,
      Instant until,
      String workflow) {
    return new RoutingChange(
        tables, keyspaces, types, keyspace, RoutingRule.State.HOLD, until, workflow);
  }

  /** The rules under an epoch. */
  List<RoutingRule> rules(long rulesEpoch) {
    List<String> names = new ArrayList<>(tables);
    for (String keyspace : keyspaces) {
      tables.forEach(table -> names.add(keyspace + "." + table));
    }
    int count = names.size() * types.size();
    List<RoutingRule> rules = new ArrayList<>(count);
    for (String name : names) {
      for (TabletType type : TabletType.values()) {
        if (types.contains(type)) {
          rules.add(
              new RoutingRule(
                  name, type, toKeyspace, state, holdUntil, rulesEpoch, count, workflow));
        }
      }
    }
    return rules;
  }
}
