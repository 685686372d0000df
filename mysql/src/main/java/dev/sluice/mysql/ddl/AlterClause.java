package dev.sluice.mysql.ddl;

/**
 * One clause of ALTER TABLE. Immutable.
 *
 * @param text as written
 */
public record AlterClause(Kind kind, String text) {

  /** What a clause changes. */
  public enum Kind {
    /** An index other than the primary key. */
    INDEX,
    /** Columns: added, dropped, changed, renamed. */
    COLUMN,
    /** The primary key. */
    PRIMARY_KEY,
    /** A foreign key or a CHECK. */
    CONSTRAINT,
    /** How rows are divided into partitions; no row goes. */
    PARTITION,
    /** Rows go or come with a partition or a tablespace. */
    PARTITION_ROWS,
    /** The table gets another name. */
    RENAME_TABLE,
    /** Anything else: options of the table, its character set, its order. */
    OPTION
  }
}
