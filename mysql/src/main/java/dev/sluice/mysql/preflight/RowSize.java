package dev.sluice.mysql.preflight;

import java.util.OptionalLong;

/**
 * How large a table's rows are against the limit of a record.
 *
 * @param possibleBytes the largest row that the columns allow
 * @param largestBytes the largest of the rows above the limit; empty when there is none
 * @param complete every row was looked at
 */
public record RowSize(long possibleBytes, OptionalLong largestBytes, boolean complete) {}
