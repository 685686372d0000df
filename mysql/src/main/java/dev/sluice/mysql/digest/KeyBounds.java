package dev.sluice.mysql.digest;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of a table's key, as {@link TableDigests#keyTexts} shows keys. Immutable.
 *
 * @param after exclusive lower bound; null at the table's start
 * @param upTo inclusive upper bound; null at the table's end
 */
public record KeyBounds(List<String> after, List<String> upTo) {

  /** The whole table. */
  public static final KeyBounds ALL = new KeyBounds(null, null);

  public KeyBounds {
    after = after == null ? null : List.copyOf(after);
    upTo = upTo == null ? null : List.copyOf(upTo);
  }

  /**
   * The condition for a key's columns, all written out, since MySQL does not use an index for
   * {@code (a, b) > (1, 2)}; the leading condition on the first column alone is what bounds the
   * range.
   *
   * @param columns quoted
   * @param after as literals; null for none
   * @param upTo as literals; null for none
   * @return parts to be joined by AND
   */
  static List<String> conditions(List<String> columns, List<String> after, List<String> upTo) {
    List<String> conditions = new ArrayList<>();
    if (after != null) {
      conditions.add(beyond(columns, after, ">", ">"));
    }
    if (upTo != null) {
      conditions.add(beyond(columns, upTo, "<", "<="));
    }
    return conditions;
  }

  private static String beyond(
      List<String> columns, List<String> bound, String strict, String last) {
    int end = columns.size() - 1;
    String condition = columns.get(end) + " " + last + " " + bound.get(end);
    for (int i = end - 1; i >= 0; i--) {
      condition =
          "("
              + columns.get(i)
              + " "
              + strict
              + " "
              + bound.get(i)
              + " OR ("
              + columns.get(i)
              + " = "
              + bound.get(i)
              + " AND "
              + condition
              + "))";
    }
    return end == 0
        ? condition
        : columns.get(0) + " " + strict + "= " + bound.get(0) + " AND " + condition;
  }
}
