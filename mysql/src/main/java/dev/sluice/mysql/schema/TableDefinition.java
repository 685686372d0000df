package dev.sluice.mysql.schema;

import java.util.List;

/**
 * What decides whether rows arrive as they are: a table's columns and its unique keys. Immutable;
 * equal as long as no DDL changes one of them.
 */
public record TableDefinition(List<ColumnDescription> columns, List<KeyDescription> uniqueKeys) {

  public TableDefinition {
    columns = List.copyOf(columns);
    uniqueKeys = List.copyOf(uniqueKeys);
  }

  /** The same as a description of an InnoDB table, without estimates. */
  public TableDescription describe(String schema, String table) {
    return new TableDescription(
        schema, table, "BASE TABLE", "InnoDB", null, 0, 0, false, columns, uniqueKeys);
  }
}
