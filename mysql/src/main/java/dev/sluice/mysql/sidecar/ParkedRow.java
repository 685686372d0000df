package dev.sluice.mysql.sidecar;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * A row that waits until it can be shown; see docs/design/0006-parked-rows.md. Immutable.
 *
 * @param table the moved table
 * @param keyHash SHA-256 of {@code key}
 * @param stream name of the shard read
 * @param key the row's key as SQL literals
 * @param values the row as the values list of an INSERT, without its parentheses
 * @param parkedAt since when it waits, by the applier's clock
 */
@SuppressWarnings("ArrayRecordComponent") // compared by table, stream and key text
public record ParkedRow(
    String table, byte[] keyHash, String stream, String key, String values, Instant parkedAt) {

  @Override
  public boolean equals(Object other) {
    return other instanceof ParkedRow row
        && table.equals(row.table)
        && stream.equals(row.stream)
        && key.equals(row.key)
        && Arrays.equals(keyHash, row.keyHash);
  }

  @Override
  public int hashCode() {
    return Objects.hash(table, stream, key);
  }
}
