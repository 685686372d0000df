package dev.sluice.tests.compare;

import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.sample.TextColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What must be known of a table to compare it.
 *
 * @param keyExpression a text in one fixed binary order
 * @param canonicalVindex what the server hashes; null without a vindex
 */
record TableShape(
    String name, List<ColumnText> columns, String keyExpression, String canonicalVindex) {

  static TableShape read(ConnectionSource server, TableToCompare table) throws SQLException {
    try (Connection connection = server.openUtc()) {
      Map<String, String> types = columnTypes(connection, table.name());
      List<String> key = keyColumns(connection, table.name());
      if (types.isEmpty() || key.isEmpty()) {
        throw new SQLException("table " + table.name() + " does not exist or has no primary key");
      }
      List<ColumnText> columns = new ArrayList<>();
      types.forEach((column, type) -> columns.add(ColumnText.of(column, type)));
      String keyExpression =
          key.stream()
              .map(
                  column ->
                      "HEX(CAST("
                          + ColumnText.of(column, types.get(column)).expression()
                          + " AS BINARY))")
              .collect(Collectors.joining(", ", "CONCAT_WS('/', ", ")"));
      String vindex =
          table.vindexColumn() == null
              ? null
              : ColumnText.canonical(table.vindexColumn(), types.get(table.vindexColumn()));
      return new TableShape(table.name(), columns, "CAST(" + keyExpression + " AS BINARY)", vindex);
    }
  }

  /** Reads every row in key order: the key, whether the row is misplaced, then the columns. */
  String select(String keyRange) {
    return "SELECT "
        + keyExpression
        + " AS sort_key, "
        + misplaced(keyRange)
        + " AS misplaced, "
        + columns.stream().map(ColumnText::expression).collect(Collectors.joining(", "))
        + " FROM "
        + TextColumn.quote(name)
        + " ORDER BY sort_key";
  }

  private String misplaced(String keyRange) {
    if (canonicalVindex == null || keyRange.equals("-")) {
      return "0";
    }
    int dash = keyRange.indexOf('-');
    String start = keyRange.substring(0, dash);
    String end = keyRange.substring(dash + 1);
    String hash = "LEFT(SHA2(" + canonicalVindex + ", 256), 16)";
    String below = start.isEmpty() ? "FALSE" : hash + " < '" + padded(start) + "'";
    String above = end.isEmpty() ? "FALSE" : hash + " >= '" + padded(end) + "'";
    return "(" + below + " OR " + above + ")";
  }

  private static String padded(String hex) {
    return hex + "0".repeat(16 - hex.length());
  }

  private static Map<String, String> columnTypes(Connection connection, String table)
      throws SQLException {
    Map<String, String> types = new LinkedHashMap<>();
    String sql =
        "SELECT column_name, data_type FROM information_schema.columns"
            + " WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          types.put(result.getString(1), result.getString(2));
        }
      }
    }
    return types;
  }

  private static List<String> keyColumns(Connection connection, String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    String sql =
        "SELECT column_name FROM information_schema.statistics WHERE table_schema = DATABASE()"
            + " AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          columns.add(result.getString(1));
        }
      }
    }
    return columns;
  }
}
