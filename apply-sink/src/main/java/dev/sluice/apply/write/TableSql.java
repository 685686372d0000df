package dev.sluice.apply.write;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** The fixed parts of one table's statements. Immutable. */
final class TableSql {

  private final TableSchema schema;
  private final String table;
  private final ColumnSchema[] columns;
  private final ColumnSchema[] keyColumns;
  private final int[] binaryColumns;

  TableSql(String database, TableSchema schema) {
    this.schema = schema;
    this.table = Identifiers.qualified(database, schema.name());
    this.columns = schema.columns().toArray(ColumnSchema[]::new);
    this.keyColumns = schema.keySchema().toArray(ColumnSchema[]::new);
    this.binaryColumns =
        IntStream.range(0, columns.length)
            .filter(i -> columns[i].kind().isBinary() && columns[i].kind() != ValueKind.BIT)
            .toArray();
  }

  TableSchema schema() {
    return schema;
  }

  ColumnSchema[] columns() {
    return columns;
  }

  ColumnSchema[] keyColumns() {
    return keyColumns;
  }

  /** Places of the columns whose values can be long and binary. */
  int[] binaryColumns() {
    return binaryColumns;
  }

  String insertPrefix(boolean replace) {
    return (replace ? "REPLACE INTO " : "INSERT INTO ") + table + " (" + columnList() + ") VALUES ";
  }

  String deletePrefix(List<String> keyNames) {
    String list = Identifiers.list(keyNames);
    return "DELETE FROM "
        + table
        + " WHERE "
        + (keyNames.size() == 1 ? list : "(" + list + ")")
        + " IN (";
  }

  /** Deletes so many rows, the first ones of the key's order. */
  String deleteFirst(int limit) {
    return "DELETE FROM "
        + table
        + " ORDER BY "
        + Identifiers.list(schema.keyColumns())
        + " LIMIT "
        + limit;
  }

  String deleteWhere(String condition) {
    return "DELETE FROM " + table + " WHERE " + condition;
  }

  /** Reads the keys of rows by a condition that the caller completes. */
  String selectKeyPrefix() {
    return "SELECT " + Identifiers.list(schema.keyColumns()) + " FROM " + table + " WHERE ";
  }

  /**
   * LOAD DATA for what {@link RowStream} writes. The file name means nothing: the driver is given a
   * stream.
   */
  String loadData() {
    List<String> targets = new ArrayList<>();
    StringJoiner sets = new StringJoiner(", ");
    for (int i = 0; i < columns.length; i++) {
      String name = Identifiers.quote(columns[i].name());
      ValueKind kind = columns[i].kind();
      if (!kind.isBinary()) {
        targets.add(name);
        continue;
      }
      String variable = "@sluice_" + i;
      targets.add(variable);
      sets.add(
          name
              + (kind == ValueKind.BIT
                  ? "=CAST(" + variable + " AS UNSIGNED)"
                  : "=UNHEX(" + variable + ")"));
    }
    return "LOAD DATA LOCAL INFILE 'sluice' REPLACE INTO TABLE "
        + table
        + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ("
        + String.join(", ", targets)
        + ")"
        + (sets.length() == 0 ? "" : " SET " + sets);
  }

  private String columnList() {
    return Identifiers.list(schema.columns().stream().map(ColumnSchema::name).toList());
  }
}
