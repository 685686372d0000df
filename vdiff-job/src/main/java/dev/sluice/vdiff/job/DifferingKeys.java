package dev.sluice.vdiff.job;

import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import dev.sluice.vdiff.touched.TouchedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys that a VDiff found to differ, as it has kept them. Immutable. */
final class DifferingKeys {

  private final Map<String, List<DifferingKey>> byTable = new HashMap<>();
  private final List<ChunkResult> chunks = new ArrayList<>();

  DifferingKeys(ResultLog log, String uuid) {
    Map<String, ChunkResult> newest = new TreeMap<>();
    log.read(
        uuid,
        record -> {
          if (record.value() == null) {
            newest.remove(record.key());
          } else if (!OpenKeys.is(record.key()) && !TouchedState.is(record.key())) {
            ChunkResult chunk = SluiceJson.read(record.value(), ChunkResult.class);
            // only those that differ are kept: most chunks of a large table do not
            if (chunk.keys().isEmpty()) {
              newest.remove(record.key());
            } else {
              newest.put(record.key(), chunk);
            }
          }
        });
    chunks.addAll(newest.values());
    newest
        .values()
        .forEach(
            chunk ->
                byTable
                    .computeIfAbsent(chunk.table(), table -> new ArrayList<>())
                    .addAll(chunk.keys()));
  }

  /** The chunks that hold them, as if these keys had not been compared yet. */
  List<ChunkResult> withoutKeys() {
    return chunks.stream().map(ChunkResult::withoutKeys).toList();
  }

  List<DifferingKey> of(String table) {
    return byTable.getOrDefault(table, List.of());
  }
}
