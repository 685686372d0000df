package dev.sluice.schemas.avro;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.table.TableSchema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads changes through any Kafka deserializer that gives Avro generic records. Not thread-safe.
 */
final class DeserializerChangeDecoder implements ChangeDecoder {

  private final String topic;
  private final TableSchema table;
  private final Deserializer<Object> keyDeserializer;
  private final Deserializer<Object> valueDeserializer;

  DeserializerChangeDecoder(
      String topic,
      TableSchema table,
      Deserializer<Object> keyDeserializer,
      Deserializer<Object> valueDeserializer) {
    this.topic = topic;
    this.table = table;
    this.keyDeserializer = keyDeserializer;
    this.valueDeserializer = valueDeserializer;
  }

  @Override
  public Change decode(byte[] key, byte[] value) {
    Object[] keyValues =
        GenericRows.fromRecord(
            (GenericRecord) keyDeserializer.deserialize(topic, key), table.keySchema());
    GenericRecord record = (GenericRecord) valueDeserializer.deserialize(topic, value);
    GenericRecord after = (GenericRecord) record.get("after");
    GenericRecord source = (GenericRecord) record.get("source");
    Object gtid = source.get("gtid");
    return new Change(
        Op.of(record.get("op").toString()),
        keyValues,
        after == null ? null : GenericRows.fromRecord(after, table.columns()),
        new SourcePosition(
            gtid == null ? null : gtid.toString(),
            source.get("file").toString(),
            (Long) source.get("pos"),
            (Integer) source.get("row"),
            (Long) source.get("ts_ms")),
        (Long) source.get("seq"));
  }
}
