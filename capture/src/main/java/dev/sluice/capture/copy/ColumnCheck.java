package dev.sluice.capture.copy;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the columns that a reader would read with those of the plan. Immutable. */
public final class ColumnCheck {

  private final String schema;
  private final List<TableSchema> tables;

  public ColumnCheck(String schema, List<TableSchema> tables) {
    this.schema = schema;
    this.tables = tables;
  }

  /**
   * @throws SluiceException TABLE_CHANGED naming the first table that differs
   */
  public void check(Connection connection) throws SQLException {
    Map<String, Map<String, String>> present = present(connection);
    for (TableSchema table : tables) {
      Map<String, String> planned = new LinkedHashMap<>();
      for (ColumnSchema column : table.columns()) {
        planned.put(column.name(), column.columnType());
      }
      if (!planned.equals(present.getOrDefault(table.name(), Map.of()))) {
        throw changed(table);
      }
    }
  }

  /**
   * The same for names alone.
   *
   * @throws SluiceException TABLE_CHANGED naming the first table that differs
   */
  public void checkNames(Connection connection) throws SQLException {
    Map<String, Map<String, String>> present = present(connection);
    for (TableSchema table : tables) {
      Set<String> planned =
          table.columns().stream().map(ColumnSchema::name).collect(Collectors.toSet());
      if (!planned.equals(present.getOrDefault(table.name(), Map.of()).keySet())) {
        throw changed(table);
      }
    }
  }

  private SluiceException changed(TableSchema table) {
    return new SluiceException(
        ErrorCode.TABLE_CHANGED,
        "table "
            + schema
            + "."
            + table.name()
            + " no longer has the columns that the move was planned for",
        "undo the change, or cancel the workflow and begin again");
  }

  private Map<String, Map<String, String>> present(Connection connection) throws SQLException {
    Map<String, Map<String, String>> present = new HashMap<>();
    Queries.list(
        connection,
        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
            + Literals.string(schema)
            + " AND TABLE_NAME IN ("
            + Literals.list(tables.stream().map(TableSchema::name).toList())
            + ") AND EXTRA NOT LIKE '%VIRTUAL GENERATED%' AND EXTRA NOT LIKE '%STORED GENERATED%'",
        row ->
            present
                .computeIfAbsent(row.getString(1), table -> new HashMap<>())
                .put(row.getString(2), row.getString(3)));
    return present;
  }
}
