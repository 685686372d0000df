package dev.sluice.capture.copy;

import dev.sluice.capture.value.TextDecoders;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import java.util.List;
import java.util.StringJoiner;

/** The SQL that reads one table chunk by chunk. Immutable. */
final class TableQueries {

  private final TableSchema table;
  private final String from;
  private final String columns;
  private final List<String> key;

  TableQueries(String schema, TableSchema table) {
    this.table = table;
    this.from = " FROM " + Identifiers.qualified(schema, table.name());
    StringJoiner list = new StringJoiner(", ");
    table.columns().forEach(column -> list.add(expression(column)));
    this.columns = list.toString();
    this.key = table.keyColumns().stream().map(Identifiers::quote).toList();
  }

  TableSchema table() {
    return table;
  }

  /**
   * True when chunks can be read in key order: ENUM and SET are ordered by number, but compared by
   * text.
   */
  boolean ordered() {
    return table.keySchema().stream().noneMatch(ColumnSchema::isEnumOrSet);
  }

  /**
   * One page of a chunk in key order, or the whole table in any order where keys have none to rely
   * on.
   */
  String page(List<String> after, List<String> upTo, int limit) {
    String select = "SELECT " + columns + from;
    if (!ordered()) {
      return select;
    }
    return select + where(after, upTo) + " ORDER BY " + String.join(", ", key) + " LIMIT " + limit;
  }

  /** Every row, as {@link RowValues} reads them; a condition may follow. */
  String select() {
    return "SELECT " + columns + from;
  }

  /** Rows of a chunk. */
  String count(List<String> after, List<String> upTo) {
    return "SELECT COUNT(*)" + from + where(after, upTo);
  }

  /** Smallest and largest value of a key of one column. */
  String bounds() {
    return "SELECT MIN(" + key.get(0) + "), MAX(" + key.get(0) + ")" + from;
  }

  private static String expression(ColumnSchema column) {
    String name = Identifiers.quote(column.name());
    if (column.kind() == ValueKind.FLOAT) {
      // the text of a FLOAT has six digits, that of a DOUBLE all; the product keeps the sign of 0
      return name + " * 1e0";
    }
    if (column.isEnumOrSet()) {
      // two values of an ENUM can have the text ''; their numbers differ
      return "CAST(" + name + " AS UNSIGNED)";
    }
    return TextDecoders.readAsBytes(column) ? "CAST(" + name + " AS BINARY)" : name;
  }

  private String where(List<String> after, List<String> upTo) {
    StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "");
    conditions.setEmptyValue("");
    if (after != null) {
      conditions.add(beyond(after, ">", ">"));
    }
    if (upTo != null) {
      conditions.add(beyond(upTo, "<", "<="));
    }
    return conditions.toString();
  }

  /**
   * A comparison of rows, written out, since MySQL does not use an index for {@code (a, b) > (1,
   * 2)}; the leading condition on the first column alone is what bounds the range.
   */
  private String beyond(List<String> bound, String strict, String last) {
    int end = key.size() - 1;
    String condition = key.get(end) + " " + last + " " + bound.get(end);
    for (int i = end - 1; i >= 0; i--) {
      String column = key.get(i);
      String value = bound.get(i);
      condition =
          "(" + column + " " + strict + " " + value + " OR (" + column + " = " + value + " AND "
              + condition + "))";
    }
    return end == 0
        ? condition
        : key.get(0) + " " + strict + "= " + bound.get(0) + " AND " + condition;
  }
}
