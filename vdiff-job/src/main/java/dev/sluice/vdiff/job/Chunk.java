package dev.sluice.vdiff.job;

import dev.sluice.mysql.digest.KeyBounds;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffResult.Sample;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One chunk on its way from digest to result. Guarded by the run's lock. */
final class Chunk {

  private final TableScan table;
  private final long number;
  private final List<String> after;
  private final List<String> upTo;
  private final List<List<String>> keys;
  private final Map<String, Long> rows = new HashMap<>();
  private final Map<RowClass, Long> counts = new EnumMap<>(RowClass.class);
  private final List<DifferingKey> differing = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Deque<List<Integer>> groups = new ArrayDeque<>();
  private long matching;
  private int buckets;
  private Map<Integer, Long> bucketRows = Map.of();
  private Map<Integer, Long> truthRows = Map.of();

  /**
   * @param keys those compared apart from their chunks; null for a range
   */
  Chunk(
      TableScan table,
      long number,
      List<String> after,
      List<String> upTo,
      List<List<String>> keys) {
    this.table = table;
    this.number = number;
    this.after = after;
    this.upTo = upTo;
    this.keys = keys;
  }

  /** The same range, with nothing found yet. */
  Chunk again() {
    return new Chunk(table, number, after, upTo, keys);
  }

  TableScan table() {
    return table;
  }

  List<List<String>> keys() {
    return keys;
  }

  KeyBounds bounds() {
    return new KeyBounds(after, upTo);
  }

  /** Notes how many rows each shard has in it, for the report. */
  void rows(Map<String, Long> byShard) {
    if (rows.isEmpty()) {
      rows.putAll(byShard);
    }
  }

  long mostRows() {
    return rows.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  int buckets() {
    return buckets;
  }

  /**
   * @param all rows of each bucket over all shards
   * @param truth the same of the side with the traffic
   */
  void buckets(int count, Map<Integer, Long> all, Map<Integer, Long> truth) {
    buckets = count;
    bucketRows = all;
    truthRows = truth;
  }

  /** Puts differing buckets into groups of at most so many rows; the others match. */
  void group(List<Integer> differingBuckets, long mostRowsOfGroup) {
    matching +=
        truthRows.entrySet().stream()
            .filter(bucket -> !differingBuckets.contains(bucket.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    List<Integer> group = new ArrayList<>();
    long size = 0;
    for (Integer bucket : differingBuckets) {
      long more = bucketRows.getOrDefault(bucket, 0L);
      if (!group.isEmpty() && size + more > mostRowsOfGroup) {
        groups.add(group);
        group = new ArrayList<>();
        size = 0;
      }
      group.add(bucket);
      size += more;
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
  }

  List<Integer> nextGroup() {
    return groups.poll();
  }

  boolean hasGroups() {
    return !groups.isEmpty();
  }

  void matched(long more) {
    matching += more;
  }

  /** Keeps a key that differs, or only counts it when there are too many. */
  void differs(DifferingKey key) {
    counts.merge(key.rowClass(), 1L, Long::sum);
    if (differing.size() < ChunkResult.MOST_KEYS) {
      differing.add(key);
    }
  }

  void sample(Sample sample) {
    samples.add(sample);
  }

  int sampled() {
    return samples.size();
  }

  ChunkResult result(String uuid, Instant moment) {
    counts.values().removeIf(count -> count == 0);
    return new ChunkResult(
        uuid,
        table.name(),
        number,
        after,
        upTo,
        moment,
        keys == null ? rows : Map.of(),
        matching,
        counts,
        differing,
        samples,
        false);
  }
}
