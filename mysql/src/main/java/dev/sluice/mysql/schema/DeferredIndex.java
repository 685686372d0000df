package dev.sluice.mysql.schema;

/**
 * A secondary index that is added after the copy.
 *
 * @param addClause the clause of ALTER TABLE, from {@code ADD} on
 * @param kind decides how many can be added by one statement
 */
public record DeferredIndex(String name, String addClause, Kind kind) {

  /** InnoDB adds plain indexes together, the others one at a time. */
  public enum Kind {
    PLAIN,
    FULLTEXT,
    SPATIAL
  }
}
