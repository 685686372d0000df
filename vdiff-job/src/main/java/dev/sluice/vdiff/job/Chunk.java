package dev.sluice.vdiff.job;

import dev.sluice.mysql.digest.KeyBounds;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffResult.Sample;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One chunk on its way from digest to result. Guarded by the run's lock. */
final class Chunk {

  private final TableScan table;
  private final long number;
  private final List<String> after;
  private final List<String> upTo;
  private final List<List<String>> keys;
  private final List<KeyBounds> parts;
  private final Map<String, Long> rows = new HashMap<>();
  private final Map<RowClass, Long> counts = new EnumMap<>(RowClass.class);
  private final List<DifferingKey> differing = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Deque<List<Integer>> groups = new ArrayDeque<>();
  private List<KeyBounds> ranges;
  private long matching;
  private int buckets;
  private Tally tally = new Tally(Map.of(), Map.of());

  /**
   * How many rows there are of each part or bucket, by its number.
   *
   * @param all rows over all shards
   * @param truth the same of the side with the traffic
   */
  record Tally(Map<Integer, Long> all, Map<Integer, Long> truth) {

    long truthBut(Collection<Integer> differing) {
      return truth.entrySet().stream()
          .filter(part -> !differing.contains(part.getKey()))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  private Chunk(
      TableScan table,
      long number,
      List<String> after,
      List<String> upTo,
      List<List<String>> keys,
      List<KeyBounds> parts) {
    this.table = table;
    this.number = number;
    this.after = after;
    this.upTo = upTo;
    this.keys = keys;
    this.parts = parts;
    this.ranges = parts;
  }

  /**
   * A range of the table, in parts.
   *
   * @param bounds where the parts end, the last the chunk; none when it goes to the table's end
   */
  static Chunk ofRange(
      TableScan table, long number, List<String> after, List<List<String>> bounds) {
    List<KeyBounds> parts = new ArrayList<>();
    List<String> from = after;
    for (List<String> bound : bounds) {
      parts.add(new KeyBounds(from, bound));
      from = bound;
    }
    if (bounds.isEmpty()) {
      parts.add(new KeyBounds(after, null));
    }
    List<String> upTo = bounds.isEmpty() ? null : from;
    return new Chunk(table, number, after, upTo, null, List.copyOf(parts));
  }

  /** Keys that are compared apart from their chunks. */
  static Chunk ofKeys(TableScan table, long number, Collection<List<String>> keys) {
    return new Chunk(table, number, null, null, List.copyOf(keys), List.of());
  }

  /** The same range, with nothing found yet. */
  Chunk again() {
    return new Chunk(table, number, after, upTo, keys, parts);
  }

  TableScan table() {
    return table;
  }

  List<List<String>> keys() {
    return keys;
  }

  /** The whole range. */
  KeyBounds bounds() {
    return new KeyBounds(after, upTo);
  }

  /** Notes how many rows each shard has in it, for the report. */
  void rows(Map<String, Long> byShard) {
    if (rows.isEmpty()) {
      rows.putAll(byShard);
    }
  }

  /** What of it is to be looked at: all its parts, or those that differ. */
  List<KeyBounds> ranges() {
    return ranges;
  }

  /** The ranges as numbers of their only buckets. */
  List<Integer> everyRange() {
    return IntStream.range(0, ranges.size()).boxed().toList();
  }

  int buckets() {
    return buckets;
  }

  /** Its parts have been digested, as they are. */
  void parts(Tally rowsOfParts) {
    tally = rowsOfParts;
  }

  /**
   * Only the parts that differ are to be looked at from now on; the others match.
   *
   * @return the rows of them over all shards
   */
  long narrow(List<Integer> differingParts) {
    matching += tally.truthBut(differingParts);
    ranges = differingParts.stream().map(parts::get).toList();
    return differingParts.stream().mapToLong(part -> tally.all().getOrDefault(part, 0L)).sum();
  }

  /**
   * The ranges have been digested by buckets.
   *
   * @param count of each range
   */
  void buckets(int count, Tally rowsOfBuckets) {
    buckets = count;
    tally = rowsOfBuckets;
  }

  /** Puts differing buckets into groups of at most so many rows; the others match. */
  void group(List<Integer> differingBuckets, long mostRowsOfGroup) {
    matching += tally.truthBut(differingBuckets);
    List<Integer> group = new ArrayList<>();
    long size = 0;
    for (Integer bucket : differingBuckets) {
      long more = tally.all().getOrDefault(bucket, 0L);
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
