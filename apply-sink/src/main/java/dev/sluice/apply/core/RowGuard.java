package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.vindex.Placement;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import java.util.List;

/**
 * Checks again, where a row is applied, that it belongs to this shard (capture checked where it
 * sent it). Not thread-safe.
 */
public final class RowGuard {

  private final Placement[][] placements;
  private final int shard;
  private final MovePlan plan;

  public RowGuard(MovePlan plan, Direction direction, int shard) {
    this(List.of(plan), direction, shard);
  }

  /**
   * @param plans one a stream, with the tables' shapes there; or one for all
   */
  public RowGuard(List<MovePlan> plans, Direction direction, int shard) {
    this.plan = plans.get(0);
    this.shard = shard;
    this.placements =
        plans.stream()
            .map(
                p ->
                    p.tables().stream()
                        .map(t -> p.writtenPlacement(direction, t))
                        .toArray(Placement[]::new))
            .toArray(Placement[][]::new);
  }

  void check(RowChange row) {
    check(0, row);
  }

  /**
   * @throws SluiceException MISPLACED_ROW when the vindex puts the row on another shard
   */
  void check(int stream, RowChange row) {
    Change change = row.change();
    Placement placement = placements[stream % placements.length][row.table()];
    if (change.after() == null || !placement.sharded()) {
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
}
