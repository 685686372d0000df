package dev.sluice.schemas.keyspace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The shards of one keyspace, in key order; together they cover every keyspace id exactly once.
 * Immutable.
 *
 * <p>A shard's place in this list is its number in partition arithmetic (s and m of I1).
 */
public final class KeyRanges {

  private final List<KeyRange> ranges;

  /** First ids of the ranges after the first: rows are placed by the million. */
  private final long[] laterStarts;

  private KeyRanges(List<KeyRange> ranges) {
    this.ranges = ranges;
    this.laterStarts = ranges.stream().skip(1).mapToLong(KeyRange::startBound).toArray();
  }

  /**
   * Puts shards in key order.
   *
   * @throws IllegalArgumentException when the ranges overlap or leave a gap, naming the place
   */
  public static KeyRanges of(Collection<String> shardNames) {
    List<KeyRange> sorted = new ArrayList<>();
    for (String name : shardNames) {
      sorted.add(KeyRange.parse(name));
    }
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("a keyspace needs at least one shard");
    }
    sorted.sort(null);
    long expected = 0;
    for (int i = 0; i < sorted.size(); i++) {
      KeyRange range = sorted.get(i);
      if (range.startBound() != expected || (i > 0 && expected == 0)) {
        throw new IllegalArgumentException(
            "shards " + sorted + " do not cover every keyspace id exactly once: look at " + range);
      }
      expected = range.endBound();
    }
    if (expected != 0) {
      throw new IllegalArgumentException(
          "shards "
              + sorted
              + " leave the ids from "
              + sorted.get(sorted.size() - 1).end()
              + " on uncovered");
    }
    return new KeyRanges(List.copyOf(sorted));
  }

  public int size() {
    return ranges.size();
  }

  public KeyRange get(int index) {
    return ranges.get(index);
  }

  /** The number of the shard that holds the keyspace id. */
  public int indexOf(long keyspaceId) {
    int index = 0;
    while (index < laterStarts.length
        && Long.compareUnsigned(keyspaceId, laterStarts[index]) >= 0) {
      index++;
    }
    return index;
  }

  public List<String> names() {
    return ranges.stream().map(KeyRange::toString).toList();
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}
