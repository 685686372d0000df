package dev.sluice.schemas.change;

/**
 * Where a change stands in the source's binary log.
 *
 * @param gtid the transaction; null for copied rows
 * @param file binary log file; empty for copied rows
 * @param pos byte offset of the event in the file
 * @param row number of the row within the event
 * @param timeMillis source time, milliseconds since 1970 UTC
 */
public record SourcePosition(String gtid, String file, long pos, int row, long timeMillis) {}
