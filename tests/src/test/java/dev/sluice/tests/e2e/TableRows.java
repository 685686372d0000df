package dev.sluice.tests.e2e;

import dev.sluice.tests.compare.ShardToCompare;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The rows of a table without a known key, over all shards of a side, as the servers themselves
 * print their bytes, and how often each is there.
 *
 * @param count of each row
 * @param columns names and types, in the order of names
 * @param misplaced rows on a shard whose key range does not have them
 */
record TableRows(Map<String, Integer> count, List<String> columns, List<String> misplaced) {

  private static final int SAMPLES = 5;

  /**
   * Reads.
   *
   * @param canonical SQL: what SHA-256 is taken of to place a row
   */
  static TableRows of(List<ShardToCompare> shards, String table, String canonical)
      throws SQLException {
    TableRows rows = new TableRows(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    for (ShardToCompare shard : shards) {
      try (Connection connection = shard.connections().openUtc();
          Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        Map<String, String> expressions = new TreeMap<>();
        List<String> columns = new ArrayList<>();
        try (ResultSet result =
            statement.executeQuery(
                "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS"
                    + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '"
                    + table
                    + "' ORDER BY COLUMN_NAME")) {
          while (result.next()) {
            String name = result.getString(1);
            expressions.put(name, HexRows.expression(HexRows.quoted(name), result.getString(2)));
            columns.add(name + " " + result.getString(3) + " " + result.getString(4));
          }
        }
        if (rows.columns.isEmpty()) {
          rows.columns.addAll(columns);
        } else if (!rows.columns.equals(columns)) {
          rows.columns.add(shard.keyRange() + " has " + columns);
        }
        rows.read(statement, table, expressions, inRange(canonical, shard.keyRange()), shard);
      }
    }
    return rows;
  }

  private void read(
      Statement statement,
      String table,
      Map<String, String> expressions,
      String inRange,
      ShardToCompare shard)
      throws SQLException {
    List<String> names = List.copyOf(expressions.keySet());
    try (ResultSet result =
        statement.executeQuery(
            "SELECT "
                + inRange
                + ", "
                + String.join(", ", expressions.values())
                + " FROM "
                + HexRows.quoted(table))) {
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
          row.append(names.get(i)).append('=').append(result.getString(i + 2)).append(' ');
        }
        count.merge(row.toString(), 1, Integer::sum);
        if (!result.getBoolean(1)) {
          misplaced.add(shard.keyRange() + ": " + row);
        }
      }
    }
  }

  /** A condition: the key range has the row. */
  static String inRange(String canonical, String keyRange) {
    int dash = keyRange.indexOf('-');
    String hash = "LEFT(SHA2(" + canonical + ", 256), 16)";
    String end = keyRange.substring(dash + 1);
    return "("
        + hash
        + " >= '"
        + keyRange.substring(0, dash)
        + "'"
        + (end.isEmpty() ? "" : " AND " + hash + " < '" + end + "'")
        + ")";
  }

  /** Rows that this side has more often than the other: how many of how many, and some of them. */
  String beyond(TableRows other) {
    List<String> rows =
        count.entrySet().stream()
            .filter(row -> row.getValue() > other.count.getOrDefault(row.getKey(), 0))
            .map(row -> row.getValue() + " x " + row.getKey())
            .toList();
    return rows.size()
        + " of "
        + count.size()
        + "\n"
        + rows.stream().limit(SAMPLES).collect(Collectors.joining("\n"));
  }
}
