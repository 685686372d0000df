package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

  /** The ALTER TABLE statement that adds indexes; empty for none. */
  public Optional<String> addStatement(List<DeferredIndex> indexes) {
    return indexes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            indexes.stream()
                .map(DeferredIndex::addClause)
                .collect(
                    Collectors.joining(", ", "ALTER TABLE " + Identifiers.quote(table) + " ", "")));
  }

  /** The deferred indexes that the table on the target does not have, by name. */
  public List<DeferredIndex> missingIndexes(TableDescription existing) {
    return deferred.stream().filter(index -> existing.key(index.name()).isEmpty()).toList();
  }
}
