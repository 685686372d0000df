package dev.sluice.mysql.ddl;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * DDL that concerns tables which exist. Immutable.
 *
 * @param tables the tables it changes
 * @param renames old and new names, in order; of RENAME TABLE, ALTER TABLE ... RENAME
 * @param clauses of ALTER TABLE
 * @param schemaDropped the schema of DROP DATABASE, else null
 */
public record TableDdl(
    Verb verb,
    List<TableName> tables,
    List<Rename> renames,
    List<AlterClause> clauses,
    String schemaDropped) {

  /** What the statement does. */
  public enum Verb {
    ALTER,
    CREATE_INDEX,
    DROP_INDEX,
    TRUNCATE,
    RENAME,
    DROP
  }

  /** What it means for the rows of a move. */
  public enum Effect {
    /** Indexes only. */
    INDEX,
    /** Columns, options, constraints: rows may have another shape afterwards. */
    SHAPE,
    /** Rows lie in other partitions. */
    PARTITION,
    /** The table is empty afterwards. */
    TRUNCATE,
    /** The name stands for other rows, or for none: nothing can follow. */
    GONE
  }

  /** One table's new name. */
  public record Rename(TableName from, TableName to) {}

  public TableDdl {
    tables = List.copyOf(tables);
    renames = List.copyOf(renames);
    clauses = List.copyOf(clauses);
  }

  /** The same with all names as a server takes them that is not particular about case. */
  public TableDdl inLowerCase() {
    return new TableDdl(
        verb,
        tables.stream().map(TableName::inLowerCase).toList(),
        renames.stream()
            .map(r -> new Rename(r.from().inLowerCase(), r.to().inLowerCase()))
            .toList(),
        clauses,
        schemaDropped == null ? null : schemaDropped.toLowerCase(Locale.ROOT));
  }

  /** True when the table's rows, shape, indexes or name change. */
  public boolean concerns(TableName table) {
    return tables.contains(table)
        || renames.stream().anyMatch(r -> r.to().equals(table))
        || table.schema().equals(schemaDropped);
  }

  public Effect effect() {
    return switch (verb) {
      case CREATE_INDEX, DROP_INDEX -> Effect.INDEX;
      case TRUNCATE -> Effect.TRUNCATE;
      case RENAME, DROP -> Effect.GONE;
      case ALTER -> effectOfClauses();
    };
  }

  private Effect effectOfClauses() {
    if (has(AlterClause.Kind.RENAME_TABLE) || has(AlterClause.Kind.PARTITION_ROWS)) {
      return Effect.GONE;
    }
    if (has(AlterClause.Kind.PARTITION)) {
      return Effect.PARTITION;
    }
    boolean indexOnly = clauses.stream().allMatch(c -> c.kind() == AlterClause.Kind.INDEX);
    return indexOnly && !clauses.isEmpty() ? Effect.INDEX : Effect.SHAPE;
  }

  private boolean has(AlterClause.Kind kind) {
    return clauses.stream().anyMatch(c -> c.kind() == kind);
  }

  /**
   * The table that takes this one's name in the same statement, as gh-ost and
   * pt-online-schema-change do at their end.
   */
  public Optional<TableName> swappedFor(TableName table) {
    boolean away = renames.stream().anyMatch(r -> r.from().equals(table));
    return away
        ? renames.stream().filter(r -> r.to().equals(table)).map(Rename::from).findFirst()
        : Optional.empty();
  }
}
