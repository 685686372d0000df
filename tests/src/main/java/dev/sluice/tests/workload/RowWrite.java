package dev.sluice.tests.workload;

import java.util.Arrays;

/**
 * What one transaction does to one key.
 *
 * @param before the row before it; null when there was none
 * @param after the row after it; null when it is deleted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record RowWrite(LedgerTable table, String key, String[] before, String[] after) {

  boolean changesNothing() {
    return Arrays.equals(before, after);
  }
}
