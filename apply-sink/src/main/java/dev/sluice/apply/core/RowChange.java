package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;

/**
 * A change of one table on its way to the shard.
 *
 * @param table the table's place in the plan
 * @param bytes serialized size of the record
 */
public record RowChange(int table, Change change, int bytes) {}
