package dev.sluice.tests.compare;

import dev.sluice.schemas.registry.SchemaIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads data records with plain Avro and the writer's schema from the registry. Not thread-safe.
 */
final class DataRecordReader {

  private static final int HEADER_BYTES = 5;

  private final SchemaIds ids;
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

  DataRecordReader(SchemaIds ids) {
    this.ids = ids;
  }

  DataRecord read(byte[] value) {
    int id = ByteBuffer.wrap(value).getInt(1);
    GenericDatumReader<GenericRecord> reader =
        readers.computeIfAbsent(id, unused -> new GenericDatumReader<>(ids.byId(id)));
    try {
      GenericRecord record =
          reader.read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null));
      GenericRecord source = (GenericRecord) record.get("source");
      Object gtid = source.get("gtid");
      return new DataRecord(
          record.get("op").toString(),
          gtid == null ? null : gtid.toString(),
          source.get("file").toString(),
          (Long) source.get("pos"),
          (Integer) source.get("row"),
          (Long) source.get("seq"));
    } catch (IOException e) {
      throw new UncheckedIOException("a data record cannot be read", e);
    }
  }
}
