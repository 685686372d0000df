package dev.sluice.apply.ddl;

import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.TableSchema.UniqueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a table on the shard written can take the rows that come behind DDL: every value arrives
 * as it is or is refused with an error, none is changed or left out. Immutable.
 */
public final class TargetFit {

  private final DdlStatement ddl;
  private final String applier;

  /**
   * @param applier for the error
   */
  TargetFit(DdlStatement ddl, String applier) {
    this.ddl = ddl;
    this.applier = applier;
  }

  /**
   * @param withoutDefault columns of the target that every new row must give
   * @throws SluiceException DDL_STOPPED naming everything that does not fit
   */
  void require(TableSchema rows, TableDescription target, List<String> withoutDefault) {
    List<String> problems = problems(rows, target, withoutDefault);
    if (!problems.isEmpty()) {
      throw stopped(
          "the table does not fit the rows that come: " + String.join("; ", problems),
          "run the statement on this shard's table (or what makes it fit), then `sluice start`");
    }
  }

  /**
   * @throws SluiceException DDL_STOPPED when rows are left behind a TRUNCATE
   */
  void requireEmpty(boolean hasRows) {
    if (hasRows) {
      throw stopped(
          "the table still holds rows",
          "empty the table on this shard (TRUNCATE TABLE), then `sluice start`");
    }
  }

  private SluiceException stopped(String why, String remedy) {
    return new SluiceException(
        ErrorCode.DDL_STOPPED,
        applier
            + " stands before DDL on table "
            + ddl.table()
            + " at "
            + ddl.gtid()
            + ": "
            + why
            + ". The statement: "
            + ddl.statement(),
        remedy);
  }

  /**
   * What does not fit, in words; empty when everything does.
   *
   * @param withoutDefault columns of the target that every new row must give
   */
  static List<String> problems(
      TableSchema rows, TableDescription target, List<String> withoutDefault) {
    List<String> problems = new ArrayList<>();
    for (ColumnSchema column : rows.columns()) {
      Optional<ColumnDescription> other = column(target, column.name());
      if (other.isEmpty()) {
        problems.add("it has no column " + column.name() + " " + column.columnType());
      } else if (other.get().generated()) {
        problems.add("its column " + column.name() + " is generated");
      } else if (!takes(other.get(), column)) {
        problems.add(
            "its column "
                + column.name()
                + " is "
                + other.get().columnType()
                + " and cannot take every "
                + column.columnType());
      }
    }
    for (String name : withoutDefault) {
      if (rows.columns().stream().noneMatch(c -> c.name().equalsIgnoreCase(name))) {
        problems.add("its column " + name + " is NOT NULL without a default, and rows have none");
      }
    }
    return problems;
  }

  /**
   * What is wrong with the target's keys, in words. Where two rows can have one key of the rows', a
   * row that is written anew would not take the place of its older form, and no server says so.
   */
  static Optional<String> keyProblem(TableSchema rows, TableDescription target) {
    boolean told =
        target.keys().stream()
            .filter(key -> key.unique() && key.onWholeColumns())
            .anyMatch(
                key ->
                    key.columns().stream()
                        .allMatch(c -> rows.keyColumns().stream().anyMatch(c::equalsIgnoreCase)));
    return told
        ? Optional.empty()
        : Optional.of(
            "it has no unique key over "
                + rows.keyColumns()
                + ", by which rows are told apart: an update would leave the older row behind");
  }

  private static Optional<ColumnDescription> column(TableDescription target, String name) {
    return target.columns().stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Strict sessions refuse what is too long, too big or no member; these pass without a word. */
  private static boolean takes(ColumnDescription target, ColumnSchema rows) {
    Optional<ColumnSchema> shown = target.toSchema();
    if (shown.isEmpty()) {
      return false;
    }
    ColumnSchema column = shown.get();
    boolean sameType = column.dataType().equals(rows.dataType());
    return switch (rows.kind()) {
      // digits behind the point, or of a second, are rounded away
      case DECIMAL -> column.kind() == rows.kind() && column.scale() >= rows.scale();
      case TIME, DATETIME, TIMESTAMP -> sameType && column.scale() >= rows.scale();
      // a DOUBLE is rounded to a FLOAT, a short BINARY is filled up
      case FLOAT, DOUBLE, GEOMETRY, VECTOR, YEAR, DATE, JSON -> sameType;
      case BYTES -> bytes(column, rows);
      case BIT, INTEGER -> column.kind() == rows.kind();
      case TEXT -> text(column, rows);
    };
  }

  private static boolean bytes(ColumnSchema column, ColumnSchema rows) {
    boolean padded = column.dataType().equals("binary");
    return column.kind() == rows.kind()
        && (!padded || Objects.equals(column.columnType(), rows.columnType()));
  }

  /** CHAR loses blanks at its end. */
  private static boolean text(ColumnSchema column, ColumnSchema rows) {
    boolean members = column.isEnumOrSet() || rows.isEnumOrSet();
    boolean trimmed = column.dataType().equals("char") && !rows.dataType().equals("char");
    return column.kind() == rows.kind()
        && !trimmed
        && (!members || column.dataType().equals(rows.dataType()));
  }

  /** The table with the unique keys that the target has: its writers must know those. */
  public static TableSchema withKeysOf(TableDescription target, TableSchema rows) {
    List<UniqueKey> unique =
        target.keys().stream()
            .filter(KeyDescription::unique)
            .filter(key -> !key.columns().equals(rows.keyColumns()))
            .filter(
                key ->
                    key.columns().stream()
                        .allMatch(c -> rows.columns().stream().anyMatch(r -> r.name().equals(c))))
            .map(key -> new UniqueKey(key.name(), key.columns()))
            .toList();
    return new TableSchema(rows.name(), rows.columns(), rows.keyColumns(), unique);
  }
}
