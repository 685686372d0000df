package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.vindex.Placement;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import java.util.Arrays;
import java.util.List;

/**
 * Checks again, where a row is applied, that it belongs to this shard (capture checked where it
 * sent it); and with several streams, that it belongs to the stream's shard, since its deletes
 * could not find it otherwise. Not thread-safe.
 */
public final class RowGuard {

  private final Placement[] placements;
  private final Placement[] origins;
  private final int shard;
  private final MovePlan plan;
  private final List<String> streams;

  public RowGuard(MovePlan plan, Direction direction, int shard) {
    this.plan = plan;
    this.shard = shard;
    this.placements =
        plan.tables().stream()
            .map(t -> plan.writtenPlacement(direction, t))
            .toArray(Placement[]::new);
    this.origins =
        plan.tables().stream().map(t -> plan.readPlacement(direction, t)).toArray(Placement[]::new);
    this.streams = plan.readShards(direction);
  }

  /**
   * @param stream number of the stream that the row came by
   * @throws SluiceException MISPLACED_ROW when the vindex puts the row on another shard
   */
  void check(int stream, RowChange row) {
    Change change = row.change();
    if (change.after() == null) {
      return;
    }
    checkOrigin(stream, row);
    Placement placement = placements[row.table()];
    if (!placement.sharded()) {
      return;
    }
    int owner = placement.shardOf(change.after());
    if (owner != shard) {
      throw new SluiceException(
          ErrorCode.MISPLACED_ROW,
          "table "
              + plan.tables().get(row.table()).name()
              + ": a record in the partition of shard number "
              + shard
              + " holds a row that belongs to shard number "
              + owner
              + " (gtid "
              + change.source().gtid()
              + ", seq "
              + change.seq()
              + ")",
          "nothing of it was applied; check that capture and appliers run with the same workflow record, and report it");
    }
  }

  private void checkOrigin(int stream, RowChange row) {
    Placement origin = origins[row.table()];
    if (!origin.sharded() || origin.shardOf(row.change().after()) == stream) {
      return;
    }
    throw new SluiceException(
        ErrorCode.MISPLACED_ROW,
        "table "
            + plan.tables().get(row.table()).name()
            + ": source shard "
            + streams.get(stream)
            + " holds the row with key "
            + Arrays.deepToString(row.change().key())
            + ", but its vindex puts it on "
            + streams.get(origin.shardOf(row.change().after())),
        "nothing of it was applied: move the row to the source shard that its vindex names, or correct the source keyspace's"
            + " vindexes in sluice.yaml, then cancel the workflow and create it again");
  }
}
