package dev.sluice.tests.compare;

import dev.sluice.tests.sample.TextColumn;
import java.util.Locale;

/**
 * How a column is read as a text that is equal exactly when the value is equal, whatever the
 * column's charset and collation on either side. Immutable.
 *
 * @param name of the column
 * @param expression SQL
 * @param json true when the texts are compared as JSON values
 */
record ColumnText(String name, String expression, boolean json) {

  /** From {@code DATA_TYPE} of information_schema. */
  static ColumnText of(String name, String dataType) {
    String quoted = TextColumn.quote(name);
    return switch (dataType.toLowerCase(Locale.ROOT)) {
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set" ->
          new ColumnText(name, "HEX(CONVERT(" + quoted + " USING utf8mb4))", false);
      case "binary",
          "varbinary",
          "tinyblob",
          "blob",
          "mediumblob",
          "longblob",
          "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geomcollection",
          "geometrycollection",
          "vector" ->
          new ColumnText(name, "HEX(" + quoted + ")", false);
      case "bit" -> new ColumnText(name, "BIN(" + quoted + " + 0)", false);
      // six digits are what MySQL prints of a FLOAT; as DOUBLE it prints all
      case "float" -> new ColumnText(name, "CAST(CAST(" + quoted + " AS DOUBLE) AS CHAR)", false);
      case "json" -> new ColumnText(name, "CAST(" + quoted + " AS CHAR)", true);
      default -> new ColumnText(name, "CAST(" + quoted + " AS CHAR)", false);
    };
  }

  /** What {@code SHA2} hashes to place a row: the contract's canonical text. */
  static String canonical(String name, String dataType) {
    String quoted = TextColumn.quote(name);
    return switch (dataType.toLowerCase(Locale.ROOT)) {
      case "char", "varchar" -> "CONVERT(" + quoted + " USING utf8mb4)";
      case "binary", "varbinary" -> quoted;
      default -> "CAST(" + quoted + " AS CHAR)";
    };
  }
}
