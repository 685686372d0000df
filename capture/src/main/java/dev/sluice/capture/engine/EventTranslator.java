package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.value.EngineValues;
import dev.sluice.capture.value.TextDecoders;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns the engine's records into source events. Not thread-safe. */
final class EventTranslator {

  private static final String TRUNCATE = "t";

  private final String engineName;
  private final String transactionTopic;
  private final String schema;
  private final String sidecar;
  private final Map<String, RowTranslator> tables = new HashMap<>();
  private final Map<String, DdlText> ddlTexts = new HashMap<>();

  EventTranslator(
      StreamId stream, MovePlan plan, String schema, String sidecar, TextDecoders texts) {
    this.engineName = EngineSettings.engineName(stream);
    this.transactionTopic = engineName + ".transaction";
    this.schema = schema;
    this.sidecar = sidecar;
    for (int i = 0; i < plan.tables().size(); i++) {
      TablePlan table = plan.tables().get(i);
      int vindexColumn = plan.writtenPlacement(stream.direction(), table).columnIndex();
      ddlTexts.put(table.name(), new DdlText(schema, table.name()));
      tables.put(
          table.name(),
          new RowTranslator(
              i,
              table.schema(),
              vindexColumn,
              (column, value) -> EngineValues.of(column, value, texts)));
    }
  }

  /** Appends the record's event, if it has one for the stream. */
  void translate(SourceRecord record, List<SourceEvent> events) {
    Struct value = (Struct) record.value();
    if (value == null) {
      return;
    }
    if (record.topic().equals(transactionTopic)) {
      events.add(transaction(record, value));
    } else if (record.topic().equals(engineName)) {
      ddl(value, events);
    } else if (value.schema().field("source") != null) {
      row(value, events);
    }
  }

  private static SourceEvent transaction(SourceRecord record, Struct value) {
    String gtid = value.getString("id");
    if (value.getString("status").equals("END")) {
      return new SourceEvent.End(gtid, value.getInt64("ts_ms"));
    }
    Map<String, ?> offset = record.sourceOffset();
    Object gtids = offset.get("gtids");
    return new SourceEvent.Begin(
        gtid,
        gtids == null ? "" : gtids.toString(),
        String.valueOf(offset.get("file")),
        ((Number) offset.get("pos")).longValue());
  }

  private void row(Struct value, List<SourceEvent> events) {
    Struct source = (Struct) value.getWithoutDefault("source");
    String database = (String) source.getWithoutDefault("db");
    String table = (String) source.getWithoutDefault("table");
    String op = (String) value.getWithoutDefault("op");
    if (database.equals(sidecar) && SidecarRows.TABLES.contains(table)) {
      sidecarRow(table, op, value, events);
      return;
    }
    RowTranslator translator = database.equals(schema) ? tables.get(table) : null;
    if (translator == null) {
      return;
    }
    if (op.equals(TRUNCATE)) {
      events.add(
          new SourceEvent.Ddl(
              table, "TRUNCATE TABLE " + table, (String) source.getWithoutDefault("gtid")));
    } else {
      events.add(translator.translate(Op.of(op), value, source));
    }
  }

  private static void sidecarRow(String table, String op, Struct value, List<SourceEvent> events) {
    if (op.equals(TRUNCATE)) {
      return;
    }
    SourceEvent event =
        SidecarRows.event(
            table,
            (Struct) value.getWithoutDefault("before"),
            (Struct) value.getWithoutDefault("after"));
    if (event != null) {
      events.add(event);
    }
  }

  /**
   * A schema change names its tables, but of a renamed one only the new name, and of an index none.
   */
  private void ddl(Struct value, List<SourceEvent> events) {
    Struct source = value.getStruct("source");
    if (!schema.equals(value.getString("databaseName")) || isSnapshot(source)) {
      return;
    }
    String statement = value.getString("ddl");
    String table = movedTable(value.getArray("tableChanges"), statement);
    if (table != null) {
      events.add(new SourceEvent.Ddl(table, statement, (String) source.getWithoutDefault("gtid")));
    }
  }

  private String movedTable(List<Object> changes, String statement) {
    if (changes != null) {
      for (Object change : changes) {
        String table = tableOf(((Struct) change).getString("id"));
        if (tables.containsKey(table)) {
          return table;
        }
      }
    }
    for (Map.Entry<String, DdlText> table : ddlTexts.entrySet()) {
      if (table.getValue().concernedBy(statement)) {
        return table.getKey();
      }
    }
    return null;
  }

  private static boolean isSnapshot(Struct source) {
    Object snapshot = source.schema().field("snapshot") == null ? null : source.get("snapshot");
    return snapshot != null && !snapshot.toString().equals("false");
  }

  /** {@code "db"."table"} without its quotes and database. */
  private static String tableOf(String id) {
    String plain = id.replace("\"", "");
    return plain.substring(plain.indexOf('.') + 1);
  }
}
