package dev.sluice.schemas.workflow;

import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.vindex.Placement;
import java.util.List;
import java.util.Map;

/**
 * A move with everything resolved that capture and appliers need, except where the servers are
 * (that is each process's own configuration). Immutable; travels in the workflow's record.
 *
 * @param sourceShards names of the source keyspace's shards in key order
 * @param targetShards names of the target keyspace's shards in key order
 */
public record MovePlan(
    List<String> sourceShards, List<String> targetShards, List<TablePlan> tables) {

  public MovePlan {
    sourceShards = List.copyOf(sourceShards);
    targetShards = List.copyOf(targetShards);
    tables = List.copyOf(tables);
  }

  /** Shards that streams of the direction read. */
  public List<String> readShards(Direction direction) {
    return direction == Direction.FORWARD ? sourceShards : targetShards;
  }

  /** Shards that appliers of the direction write. */
  public List<String> writtenShards(Direction direction) {
    return direction == Direction.FORWARD ? targetShards : sourceShards;
  }

  /** Partitions of every data topic of the direction: shards read times shards written (I1). */
  public int partitions() {
    return sourceShards.size() * targetShards.size();
  }

  /**
   * Partition of what the stream of shard number {@code read} sends to shard number {@code written}
   * (I1).
   */
  public int partition(Direction direction, int read, int written) {
    return read * writtenShards(direction).size() + written;
  }

  /** Where rows of the table go; not thread-safe, a new object at each call. */
  public Placement writtenPlacement(Direction direction, TablePlan table) {
    return Placement.of(
        table.schema(),
        direction == Direction.FORWARD ? table.targetVindex() : table.sourceVindex(),
        KeyRanges.of(writtenShards(direction)));
  }

  /** Where rows of the table come from; not thread-safe, a new object at each call. */
  public Placement readPlacement(Direction direction, TablePlan table) {
    return Placement.of(
        table.schema(),
        direction == Direction.FORWARD ? table.sourceVindex() : table.targetVindex(),
        KeyRanges.of(readShards(direction)));
  }

  /**
   * The plan with tables as DDL has left them.
   *
   * @param shapes of a cut
   */
  public MovePlan withShapes(Map<String, String> shapes) {
    if (shapes.isEmpty()) {
      return this;
    }
    return new MovePlan(
        sourceShards,
        targetShards,
        tables.stream()
            .map(t -> shapes.containsKey(t.name()) ? t.shaped(shapes.get(t.name())) : t)
            .toList());
  }

  /**
   * The table of that name.
   *
   * @throws IllegalArgumentException when it is not part of the move
   */
  public TablePlan table(String name) {
    return tables.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("table " + name + " is not part of the move"));
  }
}
