package dev.sluice.schemas.avro;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes the Confluent wire format with reused encoders: what makes a copied row cheap. Not
 * thread-safe.
 */
public final class WireChangeEncoder implements ChangeEncoder {

  private final int keyId;
  private final int valueId;
  private final RowWriter keyWriter;
  private final RowWriter rowWriter;
  private final WireBuffer buffer = new WireBuffer();

  /**
   * Registers the table's schemas under the topic's subjects.
   *
   * @throws dev.sluice.schemas.error.SluiceException as {@link SchemaIds#register}
   */
  public WireChangeEncoder(String topic, TableSchema table, SchemaIds ids) {
    keyId = ids.register(TopicNames.keySubject(topic), TableAvro.key(namespace(topic), table));
    valueId =
        ids.register(TopicNames.valueSubject(topic), TableAvro.envelope(namespace(topic), table));
    keyWriter = new RowWriter(table.keySchema());
    rowWriter = new RowWriter(table.columns());
  }

  static String namespace(String topic) {
    String workflow = topic.substring(0, topic.indexOf('.'));
    return "dev.sluice." + TableAvro.name(workflow.replace('-', '_'));
  }

  @Override
  public byte[] key(Change change) {
    try {
      keyWriter.write(change.key(), buffer.begin(keyId));
      return buffer.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] value(Change change) {
    try {
      BinaryEncoder out = buffer.begin(valueId);
      out.writeString(change.op().letter());
      if (change.after() == null) {
        out.writeIndex(0);
      } else {
        out.writeIndex(1);
        rowWriter.write(change.after(), out);
      }
      writeSource(change.source(), change.seq(), out);
      return buffer.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeSource(SourcePosition source, long seq, BinaryEncoder out)
      throws IOException {
    if (source.gtid() == null) {
      out.writeIndex(0);
    } else {
      out.writeIndex(1);
      out.writeString(source.gtid());
    }
    out.writeString(source.file());
    out.writeLong(source.pos());
    out.writeInt(source.row());
    out.writeLong(source.timeMillis());
    out.writeLong(seq);
  }
}
