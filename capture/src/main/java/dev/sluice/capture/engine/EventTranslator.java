package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.value.EngineValues;
import dev.sluice.capture.value.TextDecoders;
import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.mysql.ddl.TableName;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns the engine's records into source events. Not thread-safe. */
final class EventTranslator {

  private static final String TRUNCATE = "t";

  private final String workflow;
  private final String engineName;
  private final String transactionTopic;
  private final String schema;
  private final String sidecar;
  private final boolean ignoresCase;
  private final HeardRenames renames;
  private final Map<String, RowTranslator> tables = new HashMap<>();

  /**
   * @param ignoresCase the server is not particular about the case of names: it shows them in lower
   *     case
   */
  EventTranslator(
      StreamId stream,
      MovePlan plan,
      String schema,
      String sidecar,
      boolean ignoresCase,
      TextDecoders texts,
      HeardRenames renames) {
    this.renames = renames;
    this.workflow = stream.workflow();
    this.engineName = EngineSettings.engineName(stream);
    this.transactionTopic = engineName + ".transaction";
    this.schema = schema;
    this.sidecar = sidecar;
    this.ignoresCase = ignoresCase;
    for (int i = 0; i < plan.tables().size(); i++) {
      TablePlan table = plan.tables().get(i);
      int vindexColumn = plan.writtenPlacement(stream.direction(), table).columnIndex();
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
      ddl(record, value, events);
    } else if (value.schema().field("source") != null) {
      row(record, value, events);
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

  private void row(SourceRecord record, Struct value, List<SourceEvent> events) {
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
      refuseOtherCase(database, table);
      return;
    }
    if (op.equals(TRUNCATE)) {
      String statement = "TRUNCATE TABLE " + Identifiers.quote(table);
      events.add(event(record, source, table, statement, List.of()));
    } else {
      events.add(translator.translate(Op.of(op), value, source));
    }
  }

  /** Preflight has seen to it; a row left out without a word would be the worst that can happen. */
  private void refuseOtherCase(String database, String table) {
    if (ignoresCase && database.equalsIgnoreCase(sidecar) && !database.equals(sidecar)) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "the server shows rows of " + database + ", the sidecar is configured as " + sidecar,
          "write `sidecar` in lower case in sluice.yaml: lower_case_table_names is not 0 there");
    }
    if (ignoresCase
        && database.equalsIgnoreCase(schema)
        && tables.keySet().stream().anyMatch(table::equalsIgnoreCase)) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "the server shows rows of "
              + database
              + "."
              + table
              + ", the move has that table as "
              + schema
              + " "
              + tables.keySet(),
          "write the schema and the tables in lower case: lower_case_table_names is not 0 there");
    }
  }

  private void sidecarRow(String table, String op, Struct value, List<SourceEvent> events) {
    if (op.equals(TRUNCATE)) {
      return;
    }
    SourceEvent event =
        SidecarRows.event(
            workflow,
            table,
            (Struct) value.getWithoutDefault("before"),
            (Struct) value.getWithoutDefault("after"));
    if (event != null) {
      events.add(event);
    }
  }

  /**
   * A schema change names its tables, but of a renamed one only the new name, and of an index none;
   * so the statement itself is read, too.
   */
  private void ddl(SourceRecord record, Struct value, List<SourceEvent> events) {
    Struct source = value.getStruct("source");
    if (isSnapshot(source)) {
      return;
    }
    String statement = renames.whole(value.getString("ddl"), value.getString("databaseName"));
    List<Object> changes = value.getArray("tableChanges");
    String table = movedTable(changes, statement, value.getString("databaseName"));
    if (table != null) {
      events.add(event(record, source, table, statement, columns(changes, table)));
    }
  }

  private SourceEvent.Ddl event(
      SourceRecord record,
      Struct source,
      String table,
      String statement,
      List<SourceEvent.EngineColumn> columns) {
    Map<String, ?> offset = record.sourceOffset();
    Object gtids = offset.get("gtids");
    return new SourceEvent.Ddl(
        table,
        statement,
        (String) source.getWithoutDefault("gtid"),
        columns,
        gtids == null ? "" : gtids.toString(),
        String.valueOf(offset.get("file")),
        ((Number) offset.get("pos")).longValue());
  }

  private String movedTable(List<Object> changes, String statement, String database) {
    if (changes != null) {
      for (Object change : changes) {
        Optional<String> table = EngineTables.tableIn(schema, ((Struct) change).getString("id"));
        if (table.isPresent() && tables.containsKey(table.get())) {
          return table.get();
        }
      }
    }
    return DdlReader.read(statement, database).flatMap(this::concerned).orElse(null);
  }

  /** The moved table that the statement concerns. */
  Optional<String> concerned(TableDdl statement) {
    TableDdl ddl = ignoresCase ? statement.inLowerCase() : statement;
    return tables.keySet().stream()
        .filter(table -> ddl.concerns(new TableName(schema, table)))
        .findFirst();
  }

  private List<SourceEvent.EngineColumn> columns(List<Object> changes, String table) {
    return changes == null
        ? List.of()
        : changes.stream()
            .map(Struct.class::cast)
            .filter(
                change ->
                    EngineTables.tableIn(schema, change.getString("id")).equals(Optional.of(table)))
            .findFirst()
            .map(EngineTables::columns)
            .orElse(List.of());
  }

  private static boolean isSnapshot(Struct source) {
    Object snapshot = source.schema().field("snapshot") == null ? null : source.get("snapshot");
    return snapshot != null && !snapshot.toString().equals("false");
  }
}
