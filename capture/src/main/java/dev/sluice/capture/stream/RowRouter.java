package dev.sluice.capture.stream;

import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.vindex.Placement;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.Arrays;

/** Which partition a row goes to, and whether an update moves it. Not thread-safe. */
public class RowRouter {

  private final MovePlan plan;
  private final Direction direction;
  private final int read;
  private final Placement[] placements;
  private final int[][] keyIndexes;

  public RowRouter(MovePlan plan, StreamId stream) {
    this.plan = plan;
    this.direction = stream.direction();
    this.read = stream.number();
    this.placements = new Placement[plan.tables().size()];
    this.keyIndexes = new int[plan.tables().size()][];
    for (int i = 0; i < placements.length; i++) {
      TablePlan table = plan.tables().get(i);
      placements[i] = plan.writtenPlacement(direction, table);
      keyIndexes[i] = table.schema().keyIndexes();
    }
  }

  /** Partition of the table's data topic that the row belongs to (I1). */
  public final int partition(int table, Object[] row) {
    return plan.partition(direction, read, placements[table].shardOf(row));
  }

  /** The row's key, over {@link TableSchema#keyColumns()}. */
  public final Object[] key(int table, Object[] row) {
    int[] indexes = keyIndexes[table];
    Object[] key = new Object[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      key[i] = row[indexes[i]];
    }
    return key;
  }

  /** True when an update must be sent as a delete of the old row and a create of the new one. */
  protected boolean moves(SourceEvent.Row update) {
    if (update.op() != Op.UPDATE) {
      return false;
    }
    return !Arrays.deepEquals(
            key(update.table(), update.before()), key(update.table(), update.after()))
        || partition(update.table(), update.before()) != partition(update.table(), update.after());
  }
}
