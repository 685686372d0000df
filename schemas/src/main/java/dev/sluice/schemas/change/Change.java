package dev.sluice.schemas.change;

import java.util.Objects;

/**
 * One row change as it travels in a data topic.
 *
 * <p>An update that changes the key or moves the row to another shard never appears as such:
 * capture writes a delete of the old key and a create of the new row, each to its own partition.
 *
 * @param key over {@code TableSchema.keyColumns()}; never null
 * @param after the whole row over {@code TableSchema.columns()}; null for a delete
 * @param seq rises along the stream; the rows of one COPY cut share one number, as they have no
 *     order among themselves
 */
@SuppressWarnings("ArrayRecordComponent") // rows travel by the million; identity is never asked for
public record Change(Op op, Object[] key, Object[] after, SourcePosition source, long seq) {

  public Change {
    Objects.requireNonNull(op, "op");
    Objects.requireNonNull(key, "key");
    if ((op == Op.DELETE) != (after == null)) {
      throw new IllegalArgumentException(
          "op " + op + " and the presence of a row image contradict");
    }
  }
}
