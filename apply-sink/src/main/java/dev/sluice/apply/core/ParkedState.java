package dev.sluice.apply.core;

import java.time.Instant;

/**
 * What a shard has parked; see docs/design/0006-parked-rows.md.
 *
 * @param rows how many
 * @param stream the shard read that the oldest row known is of; null when none is known
 * @param table of that row
 * @param key its key as SQL literals
 * @param since when it was parked
 */
public record ParkedState(long rows, String stream, String table, String key, Instant since) {

  /** Nothing is parked. */
  public static final ParkedState NONE = new ParkedState(0, null, null, null, null);
}
