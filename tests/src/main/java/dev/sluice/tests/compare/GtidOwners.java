package dev.sluice.tests.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which cut brought each transaction: built from the executed sets of successive cuts. It reads
 * MySQL's text form by itself, so that an error in the product's own GTID code cannot hide. Not
 * thread-safe.
 */
final class GtidOwners {

  /** An interval of transaction numbers, both ends inclusive. */
  private record Interval(long first, long last) {}

  private record Owned(long last, long cut) {}

  private final Map<String, TreeMap<Long, Owned>> owners = new HashMap<>();
  private Map<String, List<Interval>> executed = Map.of();

  /**
   * Takes the next cut's executed set.
   *
   * @return false when the set lacks something that an earlier one had
   */
  boolean add(long cut, String gtidSet) {
    Map<String, List<Interval>> next = parse(gtidSet);
    next.forEach(
        (uuid, intervals) -> {
          for (Interval fresh : subtract(intervals, executed.getOrDefault(uuid, List.of()))) {
            owners
                .computeIfAbsent(uuid, unused -> new TreeMap<>())
                .put(fresh.first(), new Owned(fresh.last(), cut));
          }
        });
    boolean grows =
        executed.entrySet().stream()
            .allMatch(
                e -> subtract(e.getValue(), next.getOrDefault(e.getKey(), List.of())).isEmpty());
    executed = next;
    return grows;
  }

  /** The number of the cut that brought the transaction; -1 when none did. */
  long owner(String gtid) {
    int colon = gtid.lastIndexOf(':');
    long number = Long.parseLong(gtid.substring(colon + 1));
    TreeMap<Long, Owned> ofUuid = owners.get(gtid.substring(0, colon).toLowerCase(Locale.ROOT));
    Map.Entry<Long, Owned> entry = ofUuid == null ? null : ofUuid.floorEntry(number);
    return entry == null || entry.getValue().last() < number ? -1 : entry.getValue().cut();
  }

  /** {@code uuid:1-5:7,uuid:tag:1-3}; the key is the uuid, or uuid and tag. */
  private static Map<String, List<Interval>> parse(String gtidSet) {
    Map<String, List<Interval>> sets = new HashMap<>();
    for (String ofUuid : gtidSet.replaceAll("\\s", "").toLowerCase(Locale.ROOT).split(",")) {
      if (ofUuid.isEmpty()) {
        continue;
      }
      String[] parts = ofUuid.split(":");
      String key = parts[0];
      for (int i = 1; i < parts.length; i++) {
        if (!Character.isDigit(parts[i].charAt(0))) {
          key = parts[0] + ":" + parts[i];
          continue;
        }
        int dash = parts[i].indexOf('-');
        long first = Long.parseLong(dash < 0 ? parts[i] : parts[i].substring(0, dash));
        long last = dash < 0 ? first : Long.parseLong(parts[i].substring(dash + 1));
        sets.computeIfAbsent(key, unused -> new ArrayList<>()).add(new Interval(first, last));
      }
    }
    sets.values().forEach(list -> list.sort((a, b) -> Long.compare(a.first(), b.first())));
    return sets;
  }

  /** What {@code a} has and {@code b} has not; both in order. */
  private static List<Interval> subtract(List<Interval> a, List<Interval> b) {
    List<Interval> rest = new ArrayList<>();
    for (Interval interval : a) {
      long from = interval.first();
      for (Interval taken : b) {
        if (taken.last() < from || taken.first() > interval.last()) {
          continue;
        }
        if (taken.first() > from) {
          rest.add(new Interval(from, taken.first() - 1));
        }
        from = Math.max(from, taken.last() + 1);
      }
      if (from <= interval.last()) {
        rest.add(new Interval(from, interval.last()));
      }
    }
    return rest;
  }
}
