package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads definitions from one server: a few queries for any number of tables. Not thread-safe, as
 * its connection is not.
 *
 * <p>Columns are read by alias, since the case of information_schema's column names differs between
 * versions.
 */
public final class InformationSchema {

  private final Connection connection;

  public InformationSchema(Connection connection) {
    this.connection = connection;
  }

  /** Names of the schema's base tables, in order of name. */
  public List<String> baseTables(String schema) throws SQLException {
    return Queries.list(
        connection,
        "SELECT TABLE_NAME AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
            + Literals.string(schema)
            + " AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME",
        row -> row.getString("n"));
  }

  /**
   * Columns and unique keys alone: two short queries, without the engine's estimates.
   *
   * @return by name; tables that do not exist are left out
   */
  public Map<String, TableDefinition> definitions(String schema, Collection<String> tables)
      throws SQLException {
    if (tables.isEmpty()) {
      return Map.of();
    }
    String where = where(schema, tables);
    Map<String, List<KeyDescription>> keys = keys(where + " AND NON_UNIQUE = 0");
    Map<String, TableDefinition> definitions = new HashMap<>();
    columns(where)
        .forEach(
            (table, ofTable) ->
                definitions.put(
                    table, new TableDefinition(ofTable, keys.getOrDefault(table, List.of()))));
    return definitions;
  }

  private static String where(String schema, Collection<String> tables) {
    return " WHERE TABLE_SCHEMA = "
        + Literals.string(schema)
        + " AND TABLE_NAME IN ("
        + Literals.list(tables)
        + ")";
  }

  /**
   * Describes tables and views.
   *
   * @return by name, in the order asked for; names that do not exist are left out
   */
  public Map<String, TableDescription> describe(String schema, Collection<String> tables)
      throws SQLException {
    if (tables.isEmpty()) {
      return Map.of();
    }
    String where = where(schema, tables);
    Map<String, List<ColumnDescription>> columns = columns(where);
    Map<String, List<KeyDescription>> keys = keys(where);
    Map<String, TableDescription> found = new HashMap<>();
    freshEstimates();
    Queries.list(
        connection,
        "SELECT TABLE_NAME AS n, TABLE_TYPE AS t, ENGINE AS e, TABLE_COLLATION AS c, TABLE_ROWS AS r, DATA_LENGTH AS d,"
            + " CREATE_OPTIONS AS o FROM information_schema.TABLES"
            + where,
        row -> found.put(row.getString("n"), table(schema, row, columns, keys)));
    Map<String, TableDescription> ordered = new LinkedHashMap<>();
    for (String name : tables) {
      if (found.containsKey(name)) {
        ordered.put(name, found.get(name));
      }
    }
    return ordered;
  }

  /**
   * Describes one table.
   *
   * @throws SluiceException NOT_FOUND when there is no such table
   */
  public TableDescription require(String schema, String table) throws SQLException {
    TableDescription description = describe(schema, List.of(table)).get(table);
    if (description == null) {
      throw new SluiceException(
          ErrorCode.NOT_FOUND,
          "table " + schema + "." + table + " does not exist",
          "correct the name (upper and lower case differ), or create the table");
    }
    return description;
  }

  /** The server's own text of the table's definition. */
  public String showCreate(String schema, String table) throws SQLException {
    return Queries.list(
            connection,
            "SHOW CREATE TABLE " + Identifiers.qualified(schema, table),
            row -> row.getString(2))
        .get(0);
  }

  /**
   * Every foreign key that leaves or enters one of the tables, also those of tables in other
   * schemas.
   */
  public List<ForeignKeyDescription> foreignKeys(String schema, Collection<String> tables)
      throws SQLException {
    return tables.isEmpty() ? List.of() : new ForeignKeyReader(connection).touching(schema, tables);
  }

  /** The triggers of the schema's tables. */
  public List<TriggerDescription> triggers(String schema) throws SQLException {
    return Queries.list(
        connection,
        "SELECT TRIGGER_NAME AS n, EVENT_OBJECT_TABLE AS t, ACTION_TIMING AS w, EVENT_MANIPULATION AS e,"
            + " DEFINER AS d, ACTION_STATEMENT LIKE '%@sluice\\_applier%' AS g"
            + " FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = "
            + Literals.string(schema)
            + " ORDER BY TRIGGER_NAME",
        row ->
            new TriggerDescription(
                row.getString("n"),
                row.getString("t"),
                row.getString("w"),
                row.getString("e"),
                row.getString("d"),
                row.getBoolean("g")));
  }

  /** Views, routines and events of the schema. */
  public List<OtherObject> otherObjects(String schema) throws SQLException {
    String name = Literals.string(schema);
    return Queries.list(
        connection,
        "SELECT 'view' AS k, TABLE_NAME AS n FROM information_schema.VIEWS WHERE TABLE_SCHEMA = "
            + name
            + " UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME FROM information_schema.ROUTINES"
            + " WHERE ROUTINE_SCHEMA = "
            + name
            + " UNION ALL SELECT 'event', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = "
            + name
            + " ORDER BY 1, 2",
        row -> new OtherObject(row.getString(1), row.getString(2)));
  }

  public ServerVersion version() throws SQLException {
    return ServerVersion.parse(Queries.text(connection, "SELECT @@version").orElse(""));
  }

  private static TableDescription table(
      String schema,
      ResultSet row,
      Map<String, List<ColumnDescription>> columns,
      Map<String, List<KeyDescription>> keys)
      throws SQLException {
    String name = row.getString("n");
    String options = row.getString("o");
    return new TableDescription(
        schema,
        name,
        row.getString("t"),
        row.getString("e"),
        row.getString("c"),
        row.getLong("r"),
        row.getLong("d"),
        options != null && options.contains("partitioned"),
        columns.getOrDefault(name, List.of()),
        keys.getOrDefault(name, List.of()));
  }

  private Map<String, List<ColumnDescription>> columns(String where) throws SQLException {
    Map<String, List<ColumnDescription>> columns = new HashMap<>();
    Queries.list(
        connection,
        "SELECT TABLE_NAME AS tn, COLUMN_NAME AS n, DATA_TYPE AS t, COLUMN_TYPE AS ct, CHARACTER_SET_NAME AS cs,"
            + " COLLATION_NAME AS co, IS_NULLABLE AS nu, NUMERIC_PRECISION AS np, NUMERIC_SCALE AS ns,"
            + " DATETIME_PRECISION AS dp, EXTRA AS x FROM information_schema.COLUMNS"
            + where
            + " ORDER BY TABLE_NAME, ORDINAL_POSITION",
        row ->
            columns.computeIfAbsent(row.getString("tn"), t -> new ArrayList<>()).add(column(row)));
    return columns;
  }

  private static ColumnDescription column(ResultSet row) throws SQLException {
    String type = row.getString("t").toLowerCase(Locale.ROOT);
    boolean decimal = type.equals("decimal");
    String extra = row.getString("x");
    return new ColumnDescription(
        row.getString("n"),
        type,
        row.getString("ct"),
        row.getString("cs"),
        row.getString("co"),
        "YES".equals(row.getString("nu")),
        decimal ? row.getInt("np") : 0,
        decimal ? row.getInt("ns") : row.getInt("dp"),
        extra == null ? "" : extra);
  }

  private Map<String, List<KeyDescription>> keys(String where) throws SQLException {
    // Select all columns: EXPRESSION and IS_VISIBLE exist from 8.0 on.
    Map<String, Map<String, KeyDescription>> keys = new HashMap<>();
    Queries.list(
        connection,
        "SELECT s.* FROM information_schema.STATISTICS s"
            + where
            + " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        row -> {
          Map<String, KeyDescription> ofTable =
              keys.computeIfAbsent(row.getString("TABLE_NAME"), t -> new LinkedHashMap<>());
          return ofTable.merge(row.getString("INDEX_NAME"), key(row), InformationSchema::joined);
        });
    Map<String, List<KeyDescription>> result = new HashMap<>();
    keys.forEach((table, ofTable) -> result.put(table, List.copyOf(ofTable.values())));
    return result;
  }

  private static KeyDescription joined(KeyDescription key, KeyDescription next) {
    List<KeyDescription.Part> parts = new ArrayList<>(key.parts());
    parts.addAll(next.parts());
    return new KeyDescription(key.name(), key.unique(), key.type(), key.visible(), parts);
  }

  private static KeyDescription key(ResultSet row) throws SQLException {
    return new KeyDescription(
        row.getString("INDEX_NAME"),
        row.getInt("NON_UNIQUE") == 0,
        row.getString("INDEX_TYPE"),
        visible(row),
        List.of(new KeyDescription.Part(row.getString("COLUMN_NAME"), row.getInt("SUB_PART"))));
  }

  private static boolean visible(ResultSet row) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      if (columns.getColumnLabel(i).equalsIgnoreCase("IS_VISIBLE")) {
        return !"NO".equals(row.getString(i));
      }
    }
    return true;
  }

  /** From 8.0 on, estimates are a day old unless the session says otherwise. */
  private void freshEstimates() throws SQLException {
    if (version().atLeast(8, 0, 0)) {
      Queries.update(connection, "SET SESSION information_schema_stats_expiry = 0");
    }
  }
}
