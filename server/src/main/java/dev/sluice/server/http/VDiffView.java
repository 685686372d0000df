package dev.sluice.server.http;

import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffResult.TableResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** VDiffs as REST shows them. Stateless. */
final class VDiffView {

  /** A table that no job has spoken of yet. */
  private static final TableResult NOTHING =
      new TableResult(VDiffState.PENDING, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Map.of());

  private VDiffView() {}

  /** The whole report. */
  static Map<String, Object> full(VDiffEntry entry) {
    Map<String, Object> view = summary(entry);
    Optional<VDiffResult> result = entry.result();
    Map<String, Object> tables = new TreeMap<>();
    for (String name : entry.order().tables()) {
      TableResult table = result.map(found -> found.tables().get(name)).orElse(null);
      tables.put(name, table(table == null ? NOTHING : table));
    }
    view.put("tables", tables);
    view.put("errors", result.map(VDiffResult::errors).orElse(List.of()));
    view.put("history", entry.order().history());
    return view;
  }

  /** The report without its tables. */
  static Map<String, Object> summary(VDiffEntry entry) {
    Optional<VDiffResult> result = entry.result();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("uuid", entry.order().uuid());
    view.put("state", entry.state());
    view.put(
        "stage",
        result.map(VDiffResult::stage).orElse("waiting for a process with the role vdiff"));
    view.put("rowsCompared", result.map(VDiffResult::rowsCompared).orElse(0L));
    view.put("hasMismatch", result.map(VDiffResult::differing).orElse(0L) > 0);
    view.put("notComparedRows", result.map(VDiffResult::notCompared).orElse(0L));
    view.put("createdAt", entry.order().createdAt());
    view.put("startedAt", result.map(VDiffResult::startedAt).orElse(null));
    view.put("completedAt", result.map(VDiffResult::completedAt).orElse(null));
    view.put("provedAt", result.map(VDiffResult::provedAt).orElse(null));
    view.put("holdMillis", median(result.map(VDiffResult::holdMillis).orElse(List.of())));
    view.put("holds", result.map(VDiffResult::holdMillis).orElse(List.of()));
    Map<String, Object> progress = new LinkedHashMap<>();
    progress.put("percent", result.map(VDiffResult::percent).orElse(0.0));
    progress.put("eta", result.map(VDiffResult::eta).orElse(null));
    view.put("progress", progress);
    view.put("throttled", result.map(VDiffResult::throttled).orElse(null));
    view.put("refreshedAt", result.map(VDiffResult::refreshedAt).orElse(null));
    view.put("recheckOf", entry.order().base());
    view.put("maxSnapshotAge", entry.order().maxSnapshotAge());
    return view;
  }

  private static Map<String, Object> table(TableResult table) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("state", table.state());
    view.put("rowsCompared", table.rowsCompared());
    view.put("matchingRows", table.matchingRows());
    view.put("mismatchedRows", table.mismatchedRows());
    view.put("extraRowsSource", table.extraRowsSource());
    view.put("extraRowsTarget", table.extraRowsTarget());
    view.put("misplacedRows", table.misplacedRows());
    view.put("duplicatedRows", table.duplicatedRows());
    view.put("notComparedRows", table.notComparedRows());
    List<Map<String, Object>> samples = new ArrayList<>();
    for (VDiffResult.Sample sample : table.samples()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("class", sample.rowClass());
      one.put("key", sample.key());
      one.put("source", sample.source());
      one.put("target", sample.target());
      one.put("shard", sample.shard());
      samples.add(one);
    }
    view.put("samples", samples);
    view.put("shards", table.shards());
    return view;
  }

  private static Long median(List<Long> values) {
    return values.isEmpty()
        ? null
        : values.stream().sorted().skip((values.size() - 1) / 2).findFirst().orElse(null);
  }

  /** What a workflow's status says of its last VDiff; null when there is none. */
  static Map<String, Object> inStatus(
      Optional<VDiffEntry> last, WorkflowRecord record, Instant now) {
    if (last.isEmpty()) {
      return null;
    }
    VDiffEntry entry = last.get();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("uuid", entry.order().uuid());
    view.put("state", entry.state());
    view.put("at", entry.at());
    view.put("stale", entry.stale(record, now, VDiffEntry.MAX_AGE));
    view.put("mismatches", entry.mismatches());
    return view;
  }
}
