package dev.sluice.vdiff.scan;

import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.vdiff.topology.Side;
import java.util.ArrayList;
import java.util.List;

/**
 * The shards of one move and the direction that its rows flow in. Immutable.
 *
 * @param direction the one whose read side has the traffic
 * @param read shards of the side with the traffic, in key order
 * @param written shards of the other side
 */
public record MoveSides(
    WorkflowRecord record, Direction direction, List<ShardRef> read, List<ShardRef> written) {

  public MoveSides {
    read = List.copyOf(read);
    written = List.copyOf(written);
  }

  /** The sides of a move; rows are read at replicas where the workflow says so and there is one. */
  public static MoveSides of(
      WorkflowRecord record, Direction direction, Keyspace source, Keyspace target) {
    boolean replica = record.spec().options().readsReplica();
    List<ShardRef> sources = shards(Side.SOURCE, source, record.plan().sourceShards(), replica);
    List<ShardRef> targets = shards(Side.TARGET, target, record.plan().targetShards(), replica);
    return direction == Direction.FORWARD
        ? new MoveSides(record, direction, sources, targets)
        : new MoveSides(record, direction, targets, sources);
  }

  private static List<ShardRef> shards(
      Side side, Keyspace keyspace, List<String> names, boolean replica) {
    List<ShardRef> shards = new ArrayList<>();
    for (int number = 0; number < names.size(); number++) {
      Shard shard = keyspace.shard(names.get(number));
      shards.add(
          new ShardRef(
              side,
              number,
              shard.name(),
              shard.range(),
              replica ? shard.replica().orElse(shard.primary()) : shard.primary(),
              shard.primary()));
    }
    return shards;
  }

  public MovePlan plan() {
    return record.plan();
  }

  /** Every shard, those with the traffic first. */
  public List<ShardRef> all() {
    List<ShardRef> all = new ArrayList<>(read);
    all.addAll(written);
    return all;
  }

  public int count(Side side) {
    return (read.get(0).side() == side ? read : written).size();
  }

  /** The side with the traffic. */
  public Side truth() {
    return read.get(0).side();
  }
}
