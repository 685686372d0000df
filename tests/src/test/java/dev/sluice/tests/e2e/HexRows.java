package dev.sluice.tests.e2e;

import dev.sluice.tests.compare.ShardToCompare;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of one table as the servers themselves print their bytes: by HEX(), in the column's own
 * character set. Shares nothing with the code under test.
 */
final class HexRows {

  /** From here on a hash stands for the bytes. */
  private static final int LARGE = 4_000;

  private HexRows() {}

  /** Every row of all shards, by the HEX of the column {@code id}, each column by its name. */
  static Map<String, Map<String, String>> of(List<ShardToCompare> shards, String table)
      throws SQLException {
    Map<String, Map<String, String>> rows = new TreeMap<>();
    for (ShardToCompare shard : shards) {
      try (Connection connection = shard.connections().openUtc()) {
        read(connection, table, shard.keyRange(), rows);
      }
    }
    return rows;
  }

  private static void read(
      Connection connection, String table, String range, Map<String, Map<String, String>> rows)
      throws SQLException {
    List<String> names = new ArrayList<>();
    List<String> expressions = new ArrayList<>();
    try (PreparedStatement columns =
        connection.prepareStatement(
            "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
                + " AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION")) {
      columns.setString(1, table);
      try (ResultSet result = columns.executeQuery()) {
        while (result.next()) {
          names.add(result.getString(1));
          expressions.add(expression(quoted(result.getString(1)), result.getString(2)));
        }
      }
    }
    try (Statement statement = connection.createStatement()) {
      // names may hold braces
      statement.setEscapeProcessing(false);
      try (ResultSet result =
          statement.executeQuery(
              "SELECT id, " + String.join(", ", expressions) + " FROM " + quoted(table))) {
        while (result.next()) {
          Map<String, String> row = new TreeMap<>();
          for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), result.getString(i + 2));
          }
          String id = result.getString(1);
          if (rows.put(id, row) != null) {
            throw new AssertionError(table + ": row " + id + " is there twice, also on " + range);
          }
        }
      }
    }
  }

  /** SQL for the bytes of a column, given its quoted name and DATA_TYPE. */
  static String expression(String name, String type) {
    String bytes =
        switch (type.toLowerCase(Locale.ROOT)) {
          case "enum", "set" -> "CONCAT(HEX(" + name + "), '/', CAST(" + name + " AS UNSIGNED))";
          case "bit" -> "BIN(" + name + " + 0)";
          case "float" -> "HEX(CAST(" + name + " * 1e0 AS CHAR))";
          case "tinyint",
              "smallint",
              "mediumint",
              "int",
              "bigint",
              "decimal",
              "double",
              "date",
              "time",
              "datetime",
              "timestamp",
              "year",
              "json" ->
              "HEX(CAST(" + name + " AS CHAR))";
          default -> null;
        };
    return bytes != null
        ? "IF(LENGTH(" + bytes + ") > " + LARGE + ", SHA2(" + bytes + ", 512), " + bytes + ")"
        : "IF(LENGTH("
            + name
            + ") > "
            + LARGE
            + ", CONCAT(LENGTH("
            + name
            + "), ' ', SHA2(CAST("
            + name
            + " AS BINARY), 512)), HEX("
            + name
            + "))";
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
