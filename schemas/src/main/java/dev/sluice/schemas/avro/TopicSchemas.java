package dev.sluice.schemas.avro;

import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** The schemas that a workflow registers, by subject. Stateless. */
public final class TopicSchemas {

  private TopicSchemas() {}

  /** Those of one direction: the journal's, and key and value of each table's topic. */
  public static Map<String, Schema> of(TopicNames names, List<TableSchema> tables) {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put(TopicNames.valueSubject(names.journal()), CutCodec.SCHEMA);
    for (TableSchema table : tables) {
      String topic = names.data(table.name());
      String namespace = WireChangeEncoder.namespace(topic);
      schemas.put(TopicNames.keySubject(topic), TableAvro.key(namespace, table));
      schemas.put(TopicNames.valueSubject(topic), TableAvro.envelope(namespace, table));
    }
    return schemas;
  }
}
