package dev.sluice.tests.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A set of keys from which one can be drawn at random in constant time. Not thread-safe. */
final class KeyPool {

  private final List<String> keys = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  int size() {
    return keys.size();
  }

  void add(String key) {
    if (places.putIfAbsent(key, keys.size()) == null) {
      keys.add(key);
    }
  }

  void remove(String key) {
    Integer place = places.remove(key);
    if (place == null) {
      return;
    }
    String last = keys.remove(keys.size() - 1);
    if (!last.equals(key)) {
      keys.set(place, last);
      places.put(last, place);
    }
  }

  /** A key, or null when there is none. */
  String any(SplittableRandom random) {
    return keys.isEmpty() ? null : keys.get(random.nextInt(keys.size()));
  }
}
