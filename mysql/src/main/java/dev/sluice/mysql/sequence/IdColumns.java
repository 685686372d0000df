package dev.sluice.mysql.sequence;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The columns that tables of one schema count ids in, as DDL has left them there. Immutable.
 *
 * @param counted AUTO_INCREMENT column by table
 * @param leading by table, the columns that an index begins with: their largest value is found
 *     without reading the table
 */
public record IdColumns(Map<String, String> counted, Map<String, Set<String>> leading) {

  public IdColumns {
    counted = Map.copyOf(counted);
    leading = Map.copyOf(leading);
  }

  /**
   * Reads those of the tables given.
   *
   * @param tables others are left out
   */
  public static IdColumns read(Connection connection, String schema, Collection<String> tables)
      throws SQLException {
    if (tables.isEmpty()) {
      return new IdColumns(Map.of(), Map.of());
    }
    String these =
        " WHERE TABLE_SCHEMA = "
            + Literals.string(schema)
            + " AND TABLE_NAME IN ("
            + Literals.list(tables)
            + ")";
    Map<String, String> counted = new LinkedHashMap<>();
    Queries.list(
        connection,
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS"
            + these
            + " AND EXTRA LIKE '%auto_increment%'",
        row ->
            // a name in other capitals is another table
            tables.contains(row.getString(1))
                ? counted.put(row.getString(1), row.getString(2))
                : null);
    Map<String, Set<String>> leading = new HashMap<>();
    Queries.list(
        connection,
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS"
            + these
            + " AND SEQ_IN_INDEX = 1 AND COLUMN_NAME IS NOT NULL",
        row ->
            leading
                .computeIfAbsent(row.getString(1), table -> new HashSet<>())
                .add(row.getString(2)));
    return new IdColumns(counted, leading);
  }

  /** True when the largest value of a column is found without reading the table. */
  boolean leads(String table, String column) {
    return column.equals(counted.get(table))
        || leading.getOrDefault(table, Set.of()).contains(column);
  }
}
