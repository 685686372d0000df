package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads foreign keys that touch some tables, from either end. */
final class ForeignKeyReader {

  private final Connection connection;

  ForeignKeyReader(Connection connection) {
    this.connection = connection;
  }

  List<ForeignKeyDescription> touching(String schema, Collection<String> tables)
      throws SQLException {
    String names = Literals.list(tables);
    String literal = Literals.string(schema);
    Map<String, ForeignKeyDescription> found = new LinkedHashMap<>();
    Queries.list(
        connection,
        "SELECT r.CONSTRAINT_SCHEMA AS s, r.TABLE_NAME AS t, r.CONSTRAINT_NAME AS n, k.COLUMN_NAME AS c,"
            + " r.UNIQUE_CONSTRAINT_SCHEMA AS rs, r.REFERENCED_TABLE_NAME AS rt, r.UPDATE_RULE AS u, r.DELETE_RULE AS d"
            + " FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k"
            + " ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME"
            + " AND k.TABLE_NAME = r.TABLE_NAME AND k.REFERENCED_TABLE_NAME IS NOT NULL"
            + " WHERE (r.CONSTRAINT_SCHEMA = "
            + literal
            + " AND r.TABLE_NAME IN ("
            + names
            + "))"
            + " OR (r.UNIQUE_CONSTRAINT_SCHEMA = "
            + literal
            + " AND r.REFERENCED_TABLE_NAME IN ("
            + names
            + "))"
            + " ORDER BY r.CONSTRAINT_SCHEMA, r.TABLE_NAME, r.CONSTRAINT_NAME, k.ORDINAL_POSITION",
        row -> {
          ForeignKeyDescription part = part(row);
          return found.merge(
              part.schema() + "\0" + part.table() + "\0" + part.name(),
              part,
              ForeignKeyReader::joined);
        });
    return List.copyOf(found.values());
  }

  private static ForeignKeyDescription part(ResultSet row) throws SQLException {
    return new ForeignKeyDescription(
        row.getString("n"),
        row.getString("s"),
        row.getString("t"),
        List.of(row.getString("c")),
        row.getString("rs"),
        row.getString("rt"),
        row.getString("u"),
        row.getString("d"));
  }

  private static ForeignKeyDescription joined(
      ForeignKeyDescription key, ForeignKeyDescription next) {
    List<String> columns = new ArrayList<>(key.columns());
    columns.addAll(next.columns());
    return new ForeignKeyDescription(
        key.name(),
        key.schema(),
        key.table(),
        columns,
        key.referencedSchema(),
        key.referencedTable(),
        key.updateRule(),
        key.deleteRule());
  }
}
