package dev.sluice.vdiff.scan;

import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.vdiff.topology.Side;

/**
 * One shard of one side. Immutable.
 *
 * @param number its place among the shards of its side
 * @param read where its rows are read
 * @param primary where its markers are written
 */
public record ShardRef(
    Side side, int number, String name, KeyRange range, Endpoint read, Endpoint primary) {

  /** {@code side/name}. */
  public String label() {
    return side.word() + "/" + name;
  }
}
