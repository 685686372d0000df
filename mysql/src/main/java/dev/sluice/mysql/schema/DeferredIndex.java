package dev.sluice.mysql.schema;

/**
 * A secondary index that is added after the copy.
 *
 * @param addClause the clause of ALTER TABLE, from {@code ADD} on
 */
public record DeferredIndex(String name, String addClause) {}
