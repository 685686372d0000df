package dev.sluice.tests.workload;

import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.vindex.Sha256Vindex;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.sample.ConnectionSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a writer's tables can be served: one source, and the target's shards. Thread-safe.
 *
 * @param sourceKeyspace as routing rules name it
 * @param targetKeyspace as routing rules name it
 */
public record MovingSides(
    String sourceKeyspace,
    ConnectionSource source,
    String targetKeyspace,
    List<ShardToCompare> shards) {

  public MovingSides {
    shards = List.copyOf(shards);
  }

  /** Number of places: the source and each shard. */
  int places() {
    return 1 + shards.size();
  }

  /** Number of the place that serves rows of a customer in a keyspace: 0 is the source. */
  public int place(String keyspace, String customer) {
    if (keyspace.equals(sourceKeyspace)) {
      return 0;
    }
    long id = new Sha256Vindex().keyspaceId(customer.getBytes(StandardCharsets.UTF_8));
    for (int shard = 0; shard < shards.size(); shard++) {
      if (KeyRange.parse(shards.get(shard).keyRange()).contains(id)) {
        return 1 + shard;
      }
    }
    throw new IllegalStateException("no shard takes customer " + customer);
  }

  ConnectionSource connections(int place) {
    return place == 0 ? source : shards.get(place - 1).connections();
  }

  /** Every place of the target. */
  public List<ConnectionSource> targets() {
    List<ConnectionSource> targets = new ArrayList<>();
    shards.forEach(shard -> targets.add(shard.connections()));
    return targets;
  }
}
