package dev.sluice.capture.engine;

import dev.sluice.mysql.gtid.GtidSet;
import io.debezium.config.Configuration;
import io.debezium.document.Document;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistoryListener;
import io.debezium.storage.kafka.history.KafkaSchemaHistory;

/**
 * The engine's schema history, recovered to right before the first statement that is still to come.
 * The engine notes a statement under the set executed before it, so a stream that stands exactly
 * there would find it applied already, and reading it again, a renamed column is not there any
 * more. Made by the engine by name.
 */
public final class BehindOnlyHistory extends KafkaSchemaHistory {

  @Override
  public void configure(
      Configuration config,
      HistoryRecordComparator comparator,
      SchemaHistoryListener listener,
      boolean useCatalogBeforeSchema) {
    super.configure(config, new Behind(comparator), listener, useCatalogBeforeSchema);
  }

  private static final class Behind extends HistoryRecordComparator {

    private final HistoryRecordComparator engines;

    Behind(HistoryRecordComparator engines) {
      this.engines = engines;
    }

    @Override
    public boolean isAtOrBefore(HistoryRecord recorded, HistoryRecord wanted) {
      return engines.isAtOrBefore(recorded, wanted)
          && !startsAt(position(recorded), position(wanted));
    }

    private static Document position(HistoryRecord record) {
      return record.document().getDocument(HistoryRecord.Fields.POSITION);
    }

    /** True for a statement that the stream reads next; definitions read at the start are none. */
    private static boolean startsAt(Document recorded, Document wanted) {
      String before = recorded.getString("gtids");
      String place = wanted.getString("gtids");
      return before != null
          && place != null
          && !recorded.has("snapshot")
          && GtidSet.parse(before).equals(GtidSet.parse(place));
    }
  }
}
