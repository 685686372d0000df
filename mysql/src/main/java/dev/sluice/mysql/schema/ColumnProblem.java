package dev.sluice.mysql.schema;

/**
 * Why a column, or the table's key, cannot be carried without loss.
 *
 * @param column its name; {@code (key)} when the table has no usable key
 */
public record ColumnProblem(String column, String reason, String remedy) {

  public static final String KEY = "(key)";

  @Override
  public String toString() {
    return column + ": " + reason;
  }
}
