package dev.sluice.tests.compare;

import java.util.ArrayList;
import java.util.List;

/** How one table's rows on two sides differ. Not thread-safe. */
public final class TableComparison {

  private static final int MOST_SAMPLES = 20;

  private final String table;
  private final List<String> samples = new ArrayList<>();
  long sourceRows;
  long targetRows;
  long missing;
  long extra;
  long different;
  long duplicated;
  long misplaced;

  TableComparison(String table) {
    this.table = table;
  }

  void sample(String text) {
    if (samples.size() < MOST_SAMPLES) {
      samples.add(text);
    }
  }

  public String table() {
    return table;
  }

  public long sourceRows() {
    return sourceRows;
  }

  public long targetRows() {
    return targetRows;
  }

  /** Rows of the source that no target shard has. */
  public long missing() {
    return missing;
  }

  /** Rows of the target that no source has. */
  public long extra() {
    return extra;
  }

  /** Rows with an equal key and a different value. */
  public long different() {
    return different;
  }

  /** Further copies of a key on the same side. */
  public long duplicated() {
    return duplicated;
  }

  /** Rows on a target shard to which the server's own SHA2 does not assign them. */
  public long misplaced() {
    return misplaced;
  }

  public boolean equal() {
    return missing + extra + different + duplicated + misplaced == 0 && sourceRows == targetRows;
  }

  public List<String> samples() {
    return List.copyOf(samples);
  }

  @Override
  public String toString() {
    String counts = table + ": source " + sourceRows + ", target " + targetRows;
    return equal()
        ? counts + ", equal"
        : String.format(
            "%s, missing %d, extra %d, different %d, duplicated %d, misplaced %d %s",
            counts, missing, extra, different, duplicated, misplaced, samples);
  }
}
