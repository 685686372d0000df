package dev.sluice.schemas.routing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Puts records together to epochs: a table of rules never shows half a change. Not thread-safe.
 *
 * <p>An epoch is whole when all its records have come. Of an old one compaction may have taken
 * records that later epochs wrote again; it becomes whole together with the next one, whose records
 * stand behind it.
 */
final class RoutingEpochs {

  private final Map<String, RoutingRule> rules = new HashMap<>();
  private final Map<String, RoutingRule> pending = new HashMap<>();
  private final Set<String> removed = new HashSet<>();
  private long epoch;
  private long pendingEpoch = -1;
  private int pendingRecords;

  /**
   * Takes a record.
   *
   * @param rule null for a removal
   * @return true when an epoch is whole now
   */
  boolean accept(String key, RoutingRule rule, long rulesEpoch, int rulesInEpoch) {
    if (rulesEpoch != pendingEpoch) {
      pendingEpoch = rulesEpoch;
      pendingRecords = 0;
    }
    pendingRecords++;
    if (rule == null) {
      pending.remove(key);
      removed.add(key);
    } else {
      pending.put(key, rule);
      removed.remove(key);
    }
    if (pendingRecords < rulesInEpoch) {
      return false;
    }
    settle();
    return true;
  }

  /** What has come is whole: the end of what was there at the start is the end of a transaction. */
  void settle() {
    rules.keySet().removeAll(removed);
    rules.putAll(pending);
    removed.clear();
    pending.clear();
    if (pendingEpoch >= 0) {
      epoch = pendingEpoch;
    }
    pendingEpoch = -1;
    pendingRecords = 0;
  }

  RoutingTable table() {
    return new RoutingTable(epoch, rules);
  }
}
