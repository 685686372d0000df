package dev.sluice.schemas.avro;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.table.TableSchema;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Writes changes as Avro generic records through any Kafka serializer. Not thread-safe. */
final class SerializerChangeEncoder implements ChangeEncoder {

  private final String topic;
  private final TableSchema table;
  private final Schema keySchema;
  private final Schema envelope;
  private final Serializer<Object> keySerializer;
  private final Serializer<Object> valueSerializer;

  SerializerChangeEncoder(
      String topic,
      TableSchema table,
      Serializer<Object> keySerializer,
      Serializer<Object> valueSerializer) {
    this.topic = topic;
    this.table = table;
    this.keySchema = TableAvro.key(WireChangeEncoder.namespace(topic), table);
    this.envelope = TableAvro.envelope(WireChangeEncoder.namespace(topic), table);
    this.keySerializer = keySerializer;
    this.valueSerializer = valueSerializer;
  }

  @Override
  public byte[] key(Change change) {
    return keySerializer.serialize(
        topic, GenericRows.toRecord(keySchema, table.keySchema(), change.key()));
  }

  @Override
  public byte[] value(Change change) {
    GenericRecord record = new GenericData.Record(envelope);
    record.put("op", change.op().letter());
    if (change.after() != null) {
      Schema row = envelope.getField("after").schema().getTypes().get(1);
      record.put("after", GenericRows.toRecord(row, table.columns(), change.after()));
    }
    SourcePosition position = change.source();
    GenericRecord source = new GenericData.Record(envelope.getField("source").schema());
    source.put("gtid", position.gtid());
    source.put("file", position.file());
    source.put("pos", position.pos());
    source.put("row", position.row());
    source.put("ts_ms", position.timeMillis());
    source.put("seq", change.seq());
    record.put("source", source);
    return valueSerializer.serialize(topic, record);
  }
}
