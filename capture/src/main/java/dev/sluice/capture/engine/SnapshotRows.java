package dev.sluice.capture.engine;

import dev.sluice.capture.stream.CopyBatch;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.MovePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Turns a snapshot's records into batches, and holds the rows against what the engine says of each
 * table: a table that was skipped or cut short is an error. Used by the engine's thread.
 */
final class SnapshotRows {

  private static final String COMPLETED = "COMPLETED";
  private static final String TABLE_COMPLETED = "TABLE_SCAN_COMPLETED";

  private final String notificationTopic;
  private final String schema;
  private final List<TableSchema> tables;
  private final List<RowTranslator> translators = new ArrayList<>();
  private final Map<String, Integer> indexByName = new HashMap<>();
  private final long[] sent;
  private final Long[] scanned;
  private int current = -1;
  private List<Object[]> rows = new ArrayList<>();
  private boolean completed;

  SnapshotRows(MovePlan plan, String schema, String notificationTopic) {
    this.notificationTopic = notificationTopic;
    this.schema = schema;
    this.tables = plan.tables().stream().map(table -> table.schema()).toList();
    this.sent = new long[tables.size()];
    this.scanned = new Long[tables.size()];
    for (int i = 0; i < tables.size(); i++) {
      translators.add(new RowTranslator(i, tables.get(i), -1));
      indexByName.put(tables.get(i).name(), i);
    }
  }

  /**
   * The rows of these records; with the snapshot's end, also an empty last batch for each table.
   *
   * @throws SluiceException COPY_COUNT_MISMATCH when rows are missing; or a value that has no form
   */
  List<CopyBatch> take(List<SourceRecord> records) {
    List<CopyBatch> batches = new ArrayList<>();
    for (SourceRecord record : records) {
      Struct value = (Struct) record.value();
      if (value == null) {
        continue;
      }
      if (record.topic().equals(notificationTopic)) {
        heed(value);
      } else if (value.schema().field("source") != null) {
        add(value, batches);
      }
    }
    flush(batches);
    if (completed) {
      finish(batches);
    }
    return batches;
  }

  /** True when the engine has said that the snapshot is complete. */
  boolean completed() {
    return completed;
  }

  private void add(Struct value, List<CopyBatch> batches) {
    Struct source = (Struct) value.getWithoutDefault("source");
    Integer table = indexByName.get((String) source.getWithoutDefault("table"));
    if (table == null || !schema.equals(source.getWithoutDefault("db"))) {
      return;
    }
    if (table != current) {
      flush(batches);
      current = table;
    }
    rows.add(translators.get(table).copied(value));
  }

  private void flush(List<CopyBatch> batches) {
    if (!rows.isEmpty()) {
      sent[current] += rows.size();
      batches.add(new CopyBatch(current, 0, rows, null, false, false));
      rows = new ArrayList<>();
    }
  }

  private void heed(Struct notification) {
    String type = notification.getString("type");
    if (type.equals(COMPLETED)) {
      completed = true;
    } else if (type.equals(TABLE_COMPLETED)) {
      Map<String, String> data = notification.getMap("additional_data");
      for (int i = 0; i < tables.size(); i++) {
        String identifier = schema + "." + tables.get(i).name();
        if (identifier.equals(data.get("scanned_collection"))
            && "SUCCEEDED".equals(data.get("status"))) {
          scanned[i] = Long.valueOf(data.get("total_rows_scanned"));
        }
      }
    }
  }

  private void finish(List<CopyBatch> batches) {
    for (int i = 0; i < tables.size(); i++) {
      if (scanned[i] == null || scanned[i] != sent[i]) {
        throw new SluiceException(
            ErrorCode.COPY_COUNT_MISMATCH,
            "table "
                + tables.get(i).name()
                + ": "
                + sent[i]
                + " rows came of "
                + (scanned[i] == null ? "a scan that did not end" : scanned[i])
                + " in Debezium's snapshot",
            "use copy: chunked, and report this with the table's definition");
      }
      batches.add(new CopyBatch(i, 0, List.of(), null, false, true));
    }
  }
}
