package dev.sluice.schemas.avro;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.table.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Reads the Confluent wire format of one table's data topic, whatever schema version wrote it. Not
 * thread-safe.
 */
public final class WireChangeDecoder implements ChangeDecoder {

  private final TableSchema table;
  private final SchemaIds ids;
  private final Map<Integer, RowReader> keyReaders = new HashMap<>();
  private final Map<Integer, RowReader> rowReaders = new HashMap<>();
  private final Utf8 op = new Utf8();
  private BinaryDecoder decoder;

  public WireChangeDecoder(TableSchema table, SchemaIds ids) {
    this.table = table;
    this.ids = ids;
  }

  @Override
  public Change decode(byte[] key, byte[] value) {
    try {
      RowReader keyReader =
          keyReaders.computeIfAbsent(
              schemaId(key), id -> new RowReader(ids.byId(id), table.keySchema()));
      Object[] keyValues = keyReader.read(open(key));
      RowReader rowReader =
          rowReaders.computeIfAbsent(
              schemaId(value), id -> new RowReader(rowSchema(ids.byId(id)), table.columns()));
      BinaryDecoder in = open(value);
      in.readString(op);
      Object[] after = in.readIndex() == 0 ? null : rowReader.read(in);
      String gtid = in.readIndex() == 0 ? null : in.readString();
      String file = in.readString();
      long pos = in.readLong();
      int row = in.readInt();
      long timeMillis = in.readLong();
      long seq = in.readLong();
      return new Change(
          Op.of(op), keyValues, after, new SourcePosition(gtid, file, pos, row, timeMillis), seq);
    } catch (IOException e) {
      throw new UncheckedIOException("a record of table " + table.name() + " cannot be read", e);
    }
  }

  private BinaryDecoder open(byte[] bytes) {
    decoder =
        DecoderFactory.get()
            .binaryDecoder(
                bytes, WireBuffer.HEADER_BYTES, bytes.length - WireBuffer.HEADER_BYTES, decoder);
    return decoder;
  }

  private static Schema rowSchema(Schema envelope) {
    return envelope.getField("after").schema().getTypes().get(1);
  }

  private int schemaId(byte[] bytes) {
    if (bytes == null || bytes.length < WireBuffer.HEADER_BYTES || bytes[0] != 0) {
      throw new IllegalArgumentException(
          "a record of table " + table.name() + " is not in the Confluent wire format");
    }
    return ByteBuffer.wrap(bytes).getInt(1);
  }
}
