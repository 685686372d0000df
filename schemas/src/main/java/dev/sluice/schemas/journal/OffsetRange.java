package dev.sluice.schemas.journal;

/**
 * The records of one cut in one partition of one table's data topic.
 *
 * @param table the table's name
 * @param partition of the table's data topic
 * @param first offset of the first record
 * @param end the last record's offset + 1; offsets between may belong to transaction marks, so
 *     {@code end - first} can exceed {@code count}
 * @param count records in the range
 * @param bytes serialized size of their keys and values
 */
public record OffsetRange(
    String table, int partition, long first, long end, long count, long bytes) {

  public OffsetRange {
    if (first < 0 || end <= first || count < 1 || count > end - first) {
      throw new IllegalArgumentException(
          "offset range "
              + table
              + "-"
              + partition
              + " ["
              + first
              + ","
              + end
              + ") x "
              + count
              + " is impossible");
    }
  }
}
