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
 * @param names of the rules: of tables without a keyspace, and qualified: {@code
 *     <keyspace>.<table>}
 * @param types rules of other tablet types stay as they are
 * @param holdUntil null unless HOLD
 * @param workflow null when the workflow has ended
 */
public record RoutingChange(
    List<String> names,
    Set<TabletType> types,
    String toKeyspace,
    RoutingRule.State state,
    Instant holdUntil,
    String workflow) {

  public RoutingChange {
    names = List.copyOf(names);
    types = Set.copyOf(types);
    Objects.requireNonNull(toKeyspace, "toKeyspace");
    if (names.isEmpty() || types.isEmpty()) {
      throw new IllegalArgumentException("a change of routing rules names tables and tablet types");
    }
    if ((state == RoutingRule.State.HOLD) != (holdUntil != null)) {
      throw new IllegalArgumentException("a hold has an end, and only a hold has one");
    }
  }

  /** Queries of these types go to the keyspace. */
  public static RoutingChange open(
      List<String> names, Set<TabletType> types, String toKeyspace, String workflow) {
    return new RoutingChange(names, types, toKeyspace, RoutingRule.State.OPEN, null, workflow);
  }

  /**
   * Queries of these types wait.
   *
   * @param keyspace where they go when nothing changes until then
   */
  public static RoutingChange hold(
      List<String> names, Set<TabletType> types, String keyspace, Instant until, String workflow) {
    return new RoutingChange(names, types, keyspace, RoutingRule.State.HOLD, until, workflow);
  }

  /** The rules under an epoch. */
  List<RoutingRule> rules(long rulesEpoch) {
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
