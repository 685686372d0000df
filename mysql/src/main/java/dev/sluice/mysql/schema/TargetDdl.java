package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements that make a source table's like on a target. Immutable.
 *
 * <p>The statements name no schema: run them in a session whose default schema is the shard's.
 * Every string column has its character set and collation written out; AUTO_INCREMENT counters,
 * foreign keys and file places are left out.
 *
 * @param table the table's name
 * @param full CREATE TABLE with every index
 * @param withoutDeferred CREATE TABLE without the indexes that can be added later
 * @param deferred the indexes that {@code withoutDeferred} lacks, in the table's order
 * @param droppedForeignKeys the foreign keys left out, as the source defines them
 */
public record TargetDdl(
    String table,
    String full,
    String withoutDeferred,
    List<DeferredIndex> deferred,
    List<String> droppedForeignKeys) {

  public TargetDdl {
    deferred = List.copyOf(deferred);
    droppedForeignKeys = List.copyOf(droppedForeignKeys);
  }

  /** Reads the table's definition from the server and builds the statements. */
  public static TargetDdl read(Connection connection, String schema, String table)
      throws SQLException {
    InformationSchema source = new InformationSchema(connection);
    return of(source.require(schema, table), source.showCreate(schema, table));
  }

  /**
   * Builds the statements.
   *
   * @param showCreate the server's text of SHOW CREATE TABLE, made without ANSI_QUOTES
   * @throws IllegalArgumentException when the text is not such a statement
   */
  public static TargetDdl of(TableDescription table, String showCreate) {
    return of(table, showCreate, false);
  }

  /**
   * Builds the statements, as {@link #of(TableDescription, String)}.
   *
   * @param olderNames with the names that collations had before 8.0.30
   */
  public static TargetDdl of(TableDescription table, String showCreate, boolean olderNames) {
    return new TargetDdlBuilder(table, showCreate, olderNames).build();
  }

  /** As {@link #addStatements(String, List)}. */
  public List<String> addStatements(List<DeferredIndex> indexes) {
    return addStatements(table, indexes.stream().map(DeferredIndex::addClause).toList());
  }

  /**
   * The ALTER TABLE statements that add indexes: the plain ones together, each FULLTEXT or SPATIAL
   * one by itself, since InnoDB builds one of those at a time.
   *
   * @param addClauses of {@link DeferredIndex}
   */
  public static List<String> addStatements(String table, List<String> addClauses) {
    String alter = "ALTER TABLE " + Identifiers.quote(table) + " ";
    List<String> statements = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (String clause : addClauses) {
      if (clause.startsWith("ADD FULLTEXT") || clause.startsWith("ADD SPATIAL")) {
        statements.add(alter + clause);
      } else {
        plain.add(clause);
      }
    }
    if (!plain.isEmpty()) {
      statements.add(0, alter + String.join(", ", plain));
    }
    return statements;
  }

  /** The deferred indexes that the table on the target does not have, by name. */
  public List<DeferredIndex> missingIndexes(TableDescription existing) {
    return deferred.stream().filter(index -> existing.key(index.name()).isEmpty()).toList();
  }
}
