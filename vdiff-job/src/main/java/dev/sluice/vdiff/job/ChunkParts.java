package dev.sluice.vdiff.job;

import dev.sluice.schemas.table.ValueKind;
import dev.sluice.vdiff.scan.TableSides;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** How a chunk is divided into parts. Stateless. */
final class ChunkParts {

  /** Rows of a part on the side with the traffic: what is read again for one row that differs. */
  private static final long ROWS = 1_000;

  /** Where each end has to be looked for by a statement of its own. */
  private static final long ROWS_LOOKED_FOR = 5_000;

  /** Every part's condition names the keys that are left out: at most so many in all. */
  private static final int KEYS_NAMED = 2_000;

  private ChunkParts() {}

  /** True when ends of parts can be computed: a whole number is a key that may or may not exist. */
  static boolean computed(TableSides table) {
    List<String> key = table.source().keyColumns();
    return key.size() == 1
        && table.source().column(key.get(0)).kind() == ValueKind.INTEGER
        && table.target().column(key.get(0)).kind() == ValueKind.INTEGER;
  }

  /**
   * How many parts a chunk should have.
   *
   * @param computed as {@link #computed}
   */
  static int count(long rows, int keysLeftOut, boolean computed) {
    long most = Math.max(1, KEYS_NAMED / Math.max(1, keysLeftOut));
    return (int) Math.max(1, Math.min(most, rows / (computed ? ROWS : ROWS_LOOKED_FOR)));
  }

  /**
   * Ends of parts that have about as many rows each if the numbers are spread evenly.
   *
   * @param after the chunk's lower bound; null at the table's start
   * @param upTo its upper bound
   * @param rows that it has, about
   * @return ends, ascending; the last is the upper bound
   */
  static List<List<String>> between(List<String> after, List<String> upTo, long rows, int count) {
    BigInteger end = new BigInteger(upTo.get(0));
    BigInteger start =
        after == null ? end.subtract(BigInteger.valueOf(rows)) : new BigInteger(after.get(0));
    BigInteger width = end.subtract(start);
    List<List<String>> bounds = new ArrayList<>();
    BigInteger before = start;
    for (int i = 1; i < count; i++) {
      BigInteger bound =
          start.add(width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count)));
      if (bound.compareTo(before) > 0 && bound.compareTo(end) < 0) {
        bounds.add(List.of(bound.toString()));
        before = bound;
      }
    }
    bounds.add(upTo);
    return bounds;
  }
}
