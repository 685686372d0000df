package dev.sluice.controller.status;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Shows how far each table is, over all streams and appliers. Stateless. */
final class TableViews {

  private static final String WAITING = "waiting";
  private static final String COPYING = "copying";
  private static final String INDEXING = "indexing";
  private static final String DONE = "done";
  private static final Set<WorkflowState> PAST_COPY =
      EnumSet.of(
          WorkflowState.RUNNING,
          WorkflowState.SWITCHING,
          WorkflowState.SWITCHED,
          WorkflowState.REVERSING,
          WorkflowState.COMPLETING,
          WorkflowState.COMPLETED);

  private TableViews() {}

  static List<WorkflowStatus.Table> of(
      WorkflowRecord record,
      List<Entry<StreamStatus>> streams,
      List<Entry<ApplierStatus>> appliers,
      ToDoubleFunction<String> rowsPerSecond) {
    List<WorkflowStatus.Table> views = new ArrayList<>();
    for (TablePlan table : record.plan().tables()) {
      List<StreamStatus.TableCopy> copies = copies(table.name(), streams);
      boolean all = copies.size() == record.plan().sourceShards().size();
      String phase = phase(record, table.name(), copies, all, appliers);
      long copied = copies.stream().mapToLong(StreamStatus.TableCopy::rowsCopied).sum();
      long said = copies.stream().mapToLong(StreamStatus.TableCopy::rowsEstimated).sum();
      boolean copiedAll = phase.equals(DONE) || phase.equals(INDEXING);
      long estimated =
          copiedAll ? copied : Math.max(copied, all && said > 0 ? said : table.rowsEstimated());
      views.add(
          new WorkflowStatus.Table(
              table.name(),
              phase,
              copied,
              estimated,
              percent(copiedAll, copied, estimated),
              phase.equals(COPYING) ? round(rowsPerSecond.applyAsDouble(table.name())) : 0));
    }
    return views;
  }

  /** Estimates are guesses: only a table whose copy is done is at 100. */
  static double percent(boolean done, long copied, long estimated) {
    if (done) {
      return 100;
    }
    return estimated == 0 ? 0 : Math.min(99.9, Math.floor(copied * 1000.0 / estimated) / 10);
  }

  private static String phase(
      WorkflowRecord record,
      String table,
      List<StreamStatus.TableCopy> copies,
      boolean all,
      List<Entry<ApplierStatus>> appliers) {
    if (PAST_COPY.contains(record.state())) {
      return DONE;
    }
    if (all && copies.stream().allMatch(copy -> copy.phase().equals(DONE))) {
      boolean indexing =
          appliers.stream()
              .anyMatch(
                  a -> a.status().indexing() != null && a.status().indexing().contains(table));
      return indexing ? INDEXING : DONE;
    }
    return copies.stream().allMatch(copy -> copy.phase().equals(WAITING)) ? WAITING : COPYING;
  }

  private static List<StreamStatus.TableCopy> copies(
      String table, List<Entry<StreamStatus>> streams) {
    List<StreamStatus.TableCopy> copies = new ArrayList<>();
    for (Entry<StreamStatus> stream : streams) {
      if (stream.status().tables() != null) {
        stream.status().tables().stream()
            .filter(copy -> copy.table().equals(table))
            .forEach(copies::add);
      }
    }
    return copies;
  }

  static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
