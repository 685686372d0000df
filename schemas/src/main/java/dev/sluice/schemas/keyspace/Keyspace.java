package dev.sluice.schemas.keyspace;

import dev.sluice.schemas.vindex.VindexSpec;
import java.util.List;
import java.util.Map;

/**
 * A logical database: its shards in key order and how its tables are placed. Immutable.
 *
 * @param vindexes by table name
 */
public record Keyspace(String name, List<Shard> shards, Map<String, VindexSpec> vindexes) {

  /**
   * Puts the shards in key order.
   *
   * @throws IllegalArgumentException when the key ranges do not cover everything once
   */
  public Keyspace {
    KeyRanges ranges = KeyRanges.of(shards.stream().map(Shard::name).toList());
    List<Shard> unsorted = List.copyOf(shards);
    shards =
        ranges.names().stream()
            .map(n -> unsorted.stream().filter(s -> s.name().equals(n)).findFirst().orElseThrow())
            .toList();
    vindexes = Map.copyOf(vindexes);
  }

  public KeyRanges ranges() {
    return KeyRanges.of(shards.stream().map(Shard::name).toList());
  }

  public boolean sharded() {
    return shards.size() > 1;
  }

  /**
   * The shard of that name.
   *
   * @throws IllegalArgumentException when there is no such shard
   */
  public Shard shard(String shardName) {
    return shards.stream()
        .filter(s -> s.name().equals(shardName))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("keyspace " + name + " has no shard " + shardName));
  }
}
