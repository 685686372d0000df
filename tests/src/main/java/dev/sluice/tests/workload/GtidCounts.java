package dev.sluice.tests.workload;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The GTIDs that the source gave to acknowledged transactions, with how many records of moved
 * tables each must have in the data topics. Bounded: later transactions are only counted.
 * Thread-safe.
 */
public final class GtidCounts {

  private final int capacity;
  private final Map<String, Records> records = new ConcurrentHashMap<>();
  private final LongAdder overflow = new LongAdder();

  /**
   * Bounds of a transaction's records: an update of the vindex column is one record if the row
   * stays on its shard, and two if not.
   */
  public record Records(int atLeast, int atMost) {}

  GtidCounts(int capacity) {
    this.capacity = capacity;
  }

  void add(String gtid, Records expected) {
    if (records.size() < capacity) {
      records.put(gtid, expected);
    } else {
      overflow.increment();
    }
  }

  /** Expected records by GTID. */
  public Map<String, Records> expected() {
    return Map.copyOf(records);
  }

  /** Transactions that did not fit any more. */
  public long overflow() {
    return overflow.sum();
  }
}
