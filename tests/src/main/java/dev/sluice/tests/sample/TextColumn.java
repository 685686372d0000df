package dev.sluice.tests.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A column whose values are handled as texts as MySQL prints them. Immutable. */
public record TextColumn(String name, Form form) {

  /** How a value is written and read as text. */
  public enum Form {
    PLAIN,
    /** Hexadecimal digits in upper case. */
    BINARY,
    /** As MySQL prints a JSON value. */
    JSON
  }

  /** Columns from {@code name}, {@code name:binary} or {@code name:json}. */
  public static List<TextColumn> list(String... columns) {
    List<TextColumn> list = new ArrayList<>();
    for (String column : columns) {
      int colon = column.indexOf(':');
      if (colon < 0) {
        list.add(new TextColumn(column, Form.PLAIN));
      } else {
        Form form = column.endsWith(":binary") ? Form.BINARY : Form.JSON;
        list.add(new TextColumn(column.substring(0, colon), form));
      }
    }
    return List.copyOf(list);
  }

  /** The parameter in an INSERT or UPDATE. */
  public String parameter() {
    return form == Form.BINARY ? "UNHEX(?)" : "?";
  }

  /** The expression in a SELECT. */
  public String selected() {
    return switch (form) {
      case PLAIN, JSON -> "CAST(" + quoted() + " AS CHAR)";
      case BINARY -> "HEX(" + quoted() + ")";
    };
  }

  /** The name, ready for SQL. */
  public String quoted() {
    return quote(name);
  }

  /** A name, ready for SQL. */
  public static String quote(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  /** A multi-row INSERT of all columns. */
  public static String insert(String table, List<TextColumn> columns, int rows) {
    String row =
        columns.stream().map(TextColumn::parameter).collect(Collectors.joining(",", "(", ")"));
    StringBuilder sql = new StringBuilder(200 + rows * (row.length() + 1));
    sql.append("INSERT INTO ").append(quote(table)).append(names(columns)).append(" VALUES ");
    for (int i = 0; i < rows; i++) {
      sql.append(i == 0 ? "" : ",").append(row);
    }
    return sql.toString();
  }

  private static String names(List<TextColumn> columns) {
    return columns.stream().map(TextColumn::quoted).collect(Collectors.joining(", ", " (", ")"));
  }
}
