package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Compares a table that exists on the target with the source's. Stateless. */
public final class TargetSchemaCheck {

  /**
   * One difference.
   *
   * @param object the column or key, or the table's name
   * @param blocking true when rows could be lost or changed, or applying would fail
   */
  public record Difference(String object, String message, boolean blocking) {}

  private TargetSchemaCheck() {}

  /** Every difference that matters for rows; the order of columns and plain indexes do not. */
  public static List<Difference> compare(TableDescription source, TableDescription target) {
    List<Difference> differences = new ArrayList<>();
    for (ColumnDescription column : source.columns()) {
      Optional<ColumnDescription> other = target.column(column.name());
      if (other.isEmpty()) {
        differences.add(new Difference(column.name(), "the target has no such column", true));
      } else {
        compare(column, other.get(), differences);
      }
    }
    for (ColumnDescription column : target.columns()) {
      if (source.column(column.name()).isEmpty()) {
        differences.add(new Difference(column.name(), "the source has no such column", true));
      }
    }
    compareKeys(source, target, differences);
    if (!"InnoDB".equalsIgnoreCase(target.engine())) {
      differences.add(
          new Difference(
              target.name(), "the target's engine is " + target.engine() + ", not InnoDB", true));
    }
    return List.copyOf(differences);
  }

  /** True when the table holds no row. */
  public static boolean isEmpty(Connection connection, String schema, String table)
      throws SQLException {
    return Queries.text(
            connection, "SELECT 1 FROM " + Identifiers.qualified(schema, table) + " LIMIT 1")
        .isEmpty();
  }

  private static void compare(
      ColumnDescription source, ColumnDescription target, List<Difference> differences) {
    String name = source.name();
    if (!comparableType(source.columnType()).equals(comparableType(target.columnType()))) {
      differences.add(different(name, "type", source.columnType(), target.columnType()));
    }
    if (source.nullable() != target.nullable()) {
      differences.add(different(name, "nullability", nullText(source), nullText(target)));
    }
    if (!Collations.same(source.collation(), target.collation())) {
      differences.add(different(name, "collation", source.collation(), target.collation()));
    }
    if (source.generated() != target.generated()) {
      differences.add(different(name, "generated", source.generated(), target.generated()));
    }
    if (source.autoIncrement() && !target.autoIncrement()) {
      differences.add(new Difference(name, "AUTO_INCREMENT is missing on the target", false));
    }
  }

  private static void compareKeys(
      TableDescription source, TableDescription target, List<Difference> differences) {
    List<String> sourceKey = source.identity().map(KeyDescription::columns).orElse(List.of());
    List<String> targetKey = target.identity().map(KeyDescription::columns).orElse(List.of());
    if (!sourceKey.equals(targetKey)) {
      differences.add(different(source.name(), "key", sourceKey, targetKey));
    }
    for (KeyDescription key : target.keys()) {
      if (key.unique() && !hasUnique(source, key)) {
        differences.add(
            new Difference(
                key.name(),
                "unique key over " + key.columns() + " exists only on the target: rows could clash",
                true));
      }
    }
    for (KeyDescription key : source.keys()) {
      if (key.unique() && !hasUnique(target, key)) {
        differences.add(
            new Difference(
                key.name(),
                "unique key over " + key.columns() + " is missing on the target",
                false));
      }
    }
  }

  private static boolean hasUnique(TableDescription table, KeyDescription key) {
    return table.keys().stream()
        .anyMatch(other -> other.unique() && other.parts().equals(key.parts()));
  }

  private static Difference different(String object, String what, Object source, Object target) {
    return new Difference(
        object, what + " is " + source + " on the source and " + target + " on the target", true);
  }

  private static String nullText(ColumnDescription column) {
    return column.nullable() ? "NULL" : "NOT NULL";
  }

  /**
   * Without the display width of integers, which 8.0.19 stopped to print, and under the newer of
   * two names.
   */
  static String comparableType(String columnType) {
    if (columnType.startsWith("enum(") || columnType.startsWith("set(")) {
      return columnType;
    }
    return columnType
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^(tinyint|smallint|mediumint|int|bigint|year)\\(\\d+\\)", "$1")
        .replace("geometrycollection", "geomcollection");
  }
}
