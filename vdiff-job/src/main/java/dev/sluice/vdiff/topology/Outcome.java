package dev.sluice.vdiff.topology;

import dev.sluice.schemas.vdiff.RowClass;
import java.util.List;
import java.util.Map;

/**
 * What comparing a chunk found; record of {@code <workflow>.vdiff.outcomes}, key {@code attempt}.
 * Immutable.
 *
 * @param rows by {@code side/shard}
 * @param differing of digests: the buckets that differ or hold misplaced rows
 * @param matching of rows: keys that are as they should be
 * @param keys of rows: the others
 */
public record Outcome(
    String attempt,
    Map<String, Long> rows,
    List<Integer> differing,
    long matching,
    List<DifferingKey> keys) {

  public Outcome {
    rows = Map.copyOf(rows);
    differing = List.copyOf(differing);
    keys = List.copyOf(keys);
  }

  /**
   * A key that is not as it should be.
   *
   * @param key its texts
   * @param sources shards of the source that have it
   * @param targets shards of the target that have it
   */
  public record DifferingKey(
      RowClass rowClass, List<String> key, List<String> sources, List<String> targets) {}
}
