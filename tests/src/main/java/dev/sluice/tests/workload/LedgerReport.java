package dev.sluice.tests.workload;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How servers and a ledger differ. Not thread-safe. */
public final class LedgerReport {

  private static final int MOST_SAMPLES = 20;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<String> samples = new ArrayList<>();
  private long checkedKeys;

  /** What can be wrong with a key. */
  public enum Kind {
    /** An acknowledged row is not there. */
    LOST,
    /** A row whose deletion was acknowledged is there. */
    UNDELETED,
    /** The row is there with other values. */
    DIFFERENT,
    /** The row is there more than once. */
    DOUBLED
  }

  void checked() {
    checkedKeys++;
  }

  void add(Kind kind, String table, String key, String detail) {
    counts.merge(kind, 1L, Long::sum);
    if (samples.size() < MOST_SAMPLES) {
      samples.add(kind + " " + table + " key " + key + ": " + detail);
    }
  }

  public long checkedKeys() {
    return checkedKeys;
  }

  public long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** True when every key is as acknowledged. */
  public boolean clean() {
    return counts.isEmpty();
  }

  public List<String> samples() {
    return List.copyOf(samples);
  }

  @Override
  public String toString() {
    return checkedKeys
        + " keys checked, "
        + (clean() ? "all as acknowledged" : counts + " " + samples);
  }
}
