package dev.sluice.tests.simulation;

import dev.sluice.schemas.change.Op;

/**
 * One row written by a source transaction.
 *
 * @param before null for an insert
 * @param after null for a delete
 */
@SuppressWarnings("ArrayRecordComponent") // rows are compared by their version
record RowWrite(int table, Object[] before, Object[] after) {

  Op op() {
    if (before == null) {
      return Op.CREATE;
    }
    return after == null ? Op.DELETE : Op.UPDATE;
  }
}
