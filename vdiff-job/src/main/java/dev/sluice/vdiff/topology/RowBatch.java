package dev.sluice.vdiff.topology;

import java.util.List;

/**
 * Some rows of a chunk that differs, as one shard has them; record of {@code
 * <workflow>.vdiff.rows}, key {@code attempt}. Immutable.
 *
 * @param number of this shard's batches of the attempt, from 0
 * @param last true for the shard's last batch
 */
public record RowBatch(
    String attempt,
    Side side,
    String shard,
    int sources,
    int targets,
    int number,
    boolean last,
    List<Row> rows) {

  public RowBatch {
    rows = List.copyOf(rows);
  }

  /**
   * A row.
   *
   * @param key its key's texts
   * @param digest hexadecimal
   * @param misplaced true when its vindex would not put it on this shard
   */
  public record Row(List<String> key, String digest, boolean misplaced) {}
}
