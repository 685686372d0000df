package dev.sluice.vdiff.scan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Both sides at one exact moment: snapshots that are equal if the move is right, but for the keys
 * in doubt. Immutable; the lanes are not.
 *
 * @param lanes each with a snapshot of every shard
 * @param at when it was
 * @param holdMillis how long appliers were held for it, at most
 * @param inDoubt by table: texts of the keys that changed while the snapshots were being opened
 */
public record Moment(
    List<Lane> lanes, Instant at, long holdMillis, Map<String, Set<List<String>>> inDoubt) {

  public Moment {
    lanes = List.copyOf(lanes);
    inDoubt = Map.copyOf(inDoubt);
  }

  public Set<List<String>> inDoubt(String table) {
    return inDoubt.getOrDefault(table, Set.of());
  }
}
