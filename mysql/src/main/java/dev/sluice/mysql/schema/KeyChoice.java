package dev.sluice.mysql.schema;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TypeMapping;
import dev.sluice.schemas.table.ValueKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which key identifies a table's rows: it has to find one row exactly and be readable in order. */
final class KeyChoice {

  private KeyChoice() {}

  /**
   * The primary key if it can be used, else the unique key that is visible, shortest and of
   * integers.
   */
  static Optional<KeyDescription> of(TableDescription table) {
    return table.keys().stream()
        .filter(key -> reasonAgainst(table, key).isEmpty())
        .min(
            Comparator.comparing((KeyDescription key) -> !key.primary())
                .thenComparing(key -> !key.visible())
                .thenComparing(key -> key.parts().size())
                .thenComparing(key -> !allIntegers(table, key))
                .thenComparing(KeyDescription::name));
  }

  /** Why none of the keys can be used. */
  static ColumnProblem problem(TableDescription table) {
    List<String> reasons = new ArrayList<>();
    for (KeyDescription key : table.keys()) {
      if (key.unique()) {
        reasonAgainst(table, key).ifPresent(reason -> reasons.add(key.name() + ": " + reason));
      }
    }
    String reason =
        reasons.isEmpty()
            ? "no primary or unique key"
            : "no usable key: " + String.join("; ", reasons);
    return new ColumnProblem(
        ColumnProblem.KEY,
        reason,
        "add a primary key over NOT NULL columns that are neither FLOAT nor DOUBLE");
  }

  private static Optional<String> reasonAgainst(TableDescription table, KeyDescription key) {
    if (!key.unique()) {
      return Optional.of("not unique");
    }
    if (!key.onWholeColumns()) {
      return Optional.of("it is over a prefix or an expression");
    }
    for (String name : key.columns()) {
      Optional<String> reason = table.column(name).flatMap(KeyChoice::reasonAgainst);
      if (reason.isPresent()) {
        return Optional.of("column " + name + ": " + reason.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> reasonAgainst(ColumnDescription column) {
    if (column.nullable()) {
      return Optional.of("it can be NULL");
    }
    if (column.generated()) {
      return Optional.of("it is generated");
    }
    Optional<ColumnSchema> schema = column.toSchema();
    return schema.isEmpty()
        ? Optional.of("its type cannot be carried")
        : TypeMapping.refusedAsKey(schema.get());
  }

  private static boolean allIntegers(TableDescription table, KeyDescription key) {
    return key.columns().stream()
        .allMatch(
            name ->
                table
                    .column(name)
                    .flatMap(ColumnDescription::toSchema)
                    .filter(column -> column.kind() == ValueKind.INTEGER)
                    .isPresent());
  }
}
