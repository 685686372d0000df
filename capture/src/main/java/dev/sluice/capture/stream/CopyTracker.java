package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import java.util.ArrayList;
import java.util.List;

/** How far the copy has come, batch by batch. Not thread-safe. */
final class CopyTracker {

  private CopyProgress progress;

  CopyTracker(CopyProgress progress) {
    this.progress = progress;
  }

  /** Takes the chunks that a slice begins with. */
  void planned(CopyProgress planned) {
    progress = planned;
  }

  /** Counts a batch whose rows have been sent. */
  void sent(CopyBatch batch) {
    TableProgress table = progress.tables().get(batch.table());
    long rows = table.rowsCopied() + batch.rows().size();
    if (batch.restarted()) {
      rows = table.rowsCopied() - copiedBefore(table, batch) + batch.rows().size();
    }
    List<ChunkProgress> chunks = new ArrayList<>(table.chunks());
    ChunkProgress old = chunks.get(batch.chunk());
    List<String> after = batch.lastKey() == null ? old.after() : batch.lastKey();
    chunks.set(batch.chunk(), new ChunkProgress(after, old.upTo(), batch.done()));
    replace(
        batch.table(),
        new TableProgress(table.table(), table.planned(), rows, table.rowsEstimated(), chunks));
  }

  /** A chunk that restarts is its table's only one, so all rows counted so far are its own. */
  private static long copiedBefore(TableProgress table, CopyBatch batch) {
    if (table.chunks().size() != 1) {
      throw new IllegalStateException(
          "chunk "
              + batch.chunk()
              + " of table "
              + table.table()
              + " cannot restart beside others");
    }
    return table.rowsCopied();
  }

  private void replace(int index, TableProgress table) {
    List<TableProgress> tables = new ArrayList<>(progress.tables());
    tables.set(index, table);
    progress = new CopyProgress(tables);
  }

  CopyProgress progress() {
    return progress;
  }

  boolean complete() {
    return progress.complete();
  }
}
