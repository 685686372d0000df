package dev.sluice.vdiff.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffResult.Sample;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a chunk was found to be; record of {@code <workflow>.vdiff.results}. Immutable. A chunk that
 * is compared again replaces it, so nothing is counted twice.
 *
 * @param number of the chunk in its table, from 0; those of keys that were compared apart from
 *     {@link #APART} on
 * @param after key texts of its lower bound; null at the table's start
 * @param upTo key texts of its upper bound; null at the table's end
 * @param moment when both sides were so
 * @param rows by {@code side/shard}
 * @param counts keys of each class but matching
 * @param keys those that differ, at most {@link #MOST_KEYS}
 * @param samples some of them with their rows
 * @param touched true when rows of it have changed since and it is to be compared again: then only
 *     its range counts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChunkResult(
    String uuid,
    String table,
    long number,
    List<String> after,
    List<String> upTo,
    Instant moment,
    Map<String, Long> rows,
    long matching,
    Map<RowClass, Long> counts,
    List<DifferingKey> keys,
    List<Sample> samples,
    boolean touched) {

  /** Numbers from here on are those of keys that were compared apart from their chunk. */
  public static final long APART = 1L << 40;

  /** Differing keys that are kept of one chunk. */
  public static final int MOST_KEYS = 5_000;

  private static final String SEPARATOR = "\u0000";

  public ChunkResult {
    rows = Map.copyOf(rows);
    counts = Map.copyOf(counts);
    keys = List.copyOf(keys);
    samples = List.copyOf(samples);
  }

  /** The record's key. */
  @JsonIgnore
  public String key() {
    return keyOf(uuid, table, number);
  }

  static String keyOf(String uuid, String table, long number) {
    return prefix(uuid) + table + SEPARATOR + number;
  }

  /** What all keys of a VDiff's records begin with. */
  static String prefix(String uuid) {
    return uuid + SEPARATOR;
  }

  /** This chunk without the keys that it keeps; those that it only counts stay counted. */
  ChunkResult withoutKeys() {
    Map<RowClass, Long> rest = new EnumMap<>(RowClass.class);
    rest.putAll(counts);
    keys.forEach(key -> rest.merge(key.rowClass(), -1L, Long::sum));
    rest.values().removeIf(count -> count <= 0);
    return new ChunkResult(
        uuid, table, number, after, upTo, moment, rows, matching, rest, List.of(), List.of(),
        touched);
  }

  /** The same range, to be compared again. */
  ChunkResult asTouched() {
    return new ChunkResult(
        uuid, table, number, after, upTo, moment, Map.of(), 0, Map.of(), List.of(), List.of(),
        true);
  }

  @JsonIgnore
  public long count(RowClass rowClass) {
    return counts.getOrDefault(rowClass, 0L);
  }

  @JsonIgnore
  public long differing() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
