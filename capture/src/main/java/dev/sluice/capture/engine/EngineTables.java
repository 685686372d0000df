package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent.EngineColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/** Reads the tables of the engine's schema changes. Stateless. */
final class EngineTables {

  private EngineTables() {}

  /**
   * The table's name.
   *
   * @param id {@code "schema"."table"}, quotes doubled inside
   * @return empty for a table of another schema
   */
  static Optional<String> tableIn(String schema, String id) {
    String prefix = quoted(schema) + ".";
    if (!id.startsWith(prefix)) {
      return Optional.empty();
    }
    String name = id.substring(prefix.length());
    return Optional.of(name.substring(1, name.length() - 1).replace("\"\"", "\""));
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** The columns after a change; empty for a table that is gone. */
  static List<EngineColumn> columns(Struct change) {
    List<EngineColumn> columns = new ArrayList<>();
    Struct table = (Struct) change.getWithoutDefault("table");
    if (table == null) {
      return columns;
    }
    for (Object item : table.getArray("columns")) {
      Struct column = (Struct) item;
      columns.add(
          new EngineColumn(
              column.getString("name"),
              column.getString("typeName"),
              number(column, "length"),
              number(column, "scale"),
              flag(column, "optional"),
              flag(column, "autoIncremented"),
              (String) column.getWithoutDefault("charsetName"),
              members(column)));
    }
    return columns;
  }

  private static int number(Struct column, String field) {
    Object value = column.getWithoutDefault(field);
    return value == null ? -1 : ((Number) value).intValue();
  }

  private static boolean flag(Struct column, String field) {
    return Boolean.TRUE.equals(column.getWithoutDefault(field));
  }

  /** The engine keeps members as written, quotes and all. */
  private static List<String> members(Struct column) {
    if (column.schema().field("enumValues") == null
        || column.getWithoutDefault("enumValues") == null) {
      return List.of();
    }
    return column.getArray("enumValues").stream().map(String::valueOf).toList();
  }
}
