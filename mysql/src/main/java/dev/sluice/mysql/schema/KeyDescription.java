package dev.sluice.mysql.schema;

import java.util.List;
import java.util.Objects;

/**
 * An index of a table. Immutable.
 *
 * @param name {@code PRIMARY} for the primary key
 * @param type BTREE, FULLTEXT, SPATIAL, HASH
 * @param visible false for indexes that the optimizer leaves out
 */
public record KeyDescription(
    String name, boolean unique, String type, boolean visible, List<Part> parts) {

  /**
   * One part of an index.
   *
   * @param column null for an expression
   * @param prefixLength characters or bytes of the column that are indexed, 0 for all
   */
  public record Part(String column, int prefixLength) {
    public boolean wholeColumn() {
      return column != null && prefixLength == 0;
    }
  }

  public KeyDescription {
    parts = List.copyOf(parts);
  }

  public boolean primary() {
    return name.equals("PRIMARY");
  }

  /** Names of the columns in key order, without expressions. */
  public List<String> columns() {
    return parts.stream().map(Part::column).filter(Objects::nonNull).toList();
  }

  /** True when every part is a column taken whole. */
  public boolean onWholeColumns() {
    return parts.stream().allMatch(Part::wholeColumn);
  }
}
