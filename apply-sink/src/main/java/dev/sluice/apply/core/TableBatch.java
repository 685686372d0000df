package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;
import java.util.List;

/**
 * What a piece does to one table: the final change of each key, in the order of the last touch.
 *
 * @param table the table's place in the plan
 * @param deletes keys that end deleted
 * @param rows changes that end as a row
 * @param fresh how many of the rows the shard did not hold before, by the changes themselves
 */
public record TableBatch(int table, List<Change> deletes, List<Change> rows, int fresh) {}
