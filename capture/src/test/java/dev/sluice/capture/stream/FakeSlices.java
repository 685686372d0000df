package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Slices of one batch of ten rows each, over one table with ids from 1. */
final class FakeSlices implements SliceReader {

  static final int BATCH = 10;

  final List<String> openedAt = new ArrayList<>();
  int open;
  private final int rows;

  FakeSlices(int rows) {
    this.rows = rows;
  }

  @Override
  public CopyProgress initial() {
    return new CopyProgress(List.of(new TableProgress("t", false, 0, rows, List.of())));
  }

  @Override
  public Slice open(String gtidSet, CopyProgress progress) {
    openedAt.add(gtidSet);
    open++;
    TableProgress table = progress.tables().get(0);
    List<ChunkProgress> chunks =
        table.planned() ? table.chunks() : List.of(new ChunkProgress(null, null, false));
    CopyProgress planned =
        new CopyProgress(
            List.of(
                new TableProgress("t", true, table.rowsCopied(), table.rowsEstimated(), chunks)));
    List<String> after = chunks.get(0).after();
    int first = after == null ? 0 : Integer.parseInt(after.get(0));
    Queue<CopyBatch> batches = new ArrayDeque<>();
    batches.add(batch(first));
    return new Slice() {
      @Override
      public CopyProgress planned() {
        return planned;
      }

      @Override
      public CopyBatch poll() {
        return batches.poll();
      }

      @Override
      public boolean finished() {
        return batches.isEmpty();
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  private CopyBatch batch(int after) {
    List<Object[]> batch = new ArrayList<>();
    for (long id = after + 1; id <= Math.min(rows, after + BATCH); id++) {
      batch.add(new Object[] {id, 0L});
    }
    int last = after + batch.size();
    return new CopyBatch(0, 0, batch, List.of(Integer.toString(last)), false, last == rows);
  }

  @Override
  public void close() {}
}
