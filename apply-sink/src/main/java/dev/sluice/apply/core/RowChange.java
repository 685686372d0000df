package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;

/**
 * A change of one table on its way to the shard.
 *
 * @param table the table's place in the plan
 * @param bytes serialized size of the record
 * @param fresh the shard did not hold the key before the piece
 */
public record RowChange(int table, Change change, int bytes, boolean fresh) {

  /** A change before which nothing is known of the key. */
  public RowChange(int table, Change change, int bytes) {
    this(table, change, bytes, change.op() == Op.CREATE);
  }

  /** The change as one behind others of the same key. */
  RowChange after(RowChange first) {
    return new RowChange(table, change, bytes, first.fresh);
  }
}
