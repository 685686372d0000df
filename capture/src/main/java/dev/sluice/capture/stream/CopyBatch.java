package dev.sluice.capture.stream;

import java.util.List;

/**
 * Rows of one chunk in key order, following on those of the batch before.
 *
 * @param table number of the table in the plan
 * @param chunk number of the chunk in the table's progress
 * @param rows over the table's columns
 * @param lastKey key of the last row as SQL literals; null when the chunk cannot be resumed in its
 *     middle, or when there are no rows
 * @param restarted true when the chunk begins again: rows counted for it before do not count
 * @param done true when the chunk has no further rows
 */
public record CopyBatch(
    int table,
    int chunk,
    List<Object[]> rows,
    List<String> lastKey,
    boolean restarted,
    boolean done) {}
