package dev.sluice.schemas.journal;

import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.topics.TopicNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Reads and writes cuts in the Confluent wire format under the journal's value subject.
 * Thread-safe.
 */
public final class CutCodec {

  /** The journal's schema, as registered. */
  public static final Schema SCHEMA = load();

  private static final int HEADER_BYTES = 5;

  private final SchemaIds ids;
  private final String subject;

  public CutCodec(String journalTopic, SchemaIds ids) {
    this.subject = TopicNames.valueSubject(journalTopic);
    this.ids = ids;
  }

  /** The record value of a cut. */
  public byte[] encode(Cut cut) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.write(0);
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).putInt(ids.register(subject, SCHEMA)).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(SCHEMA).write(toRecord(cut), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Reads a record value.
   *
   * @throws IllegalArgumentException when it is not a cut
   */
  public Cut decode(byte[] value) {
    if (value == null || value.length < HEADER_BYTES || value[0] != 0) {
      throw new IllegalArgumentException("a journal record is not in the Confluent wire format");
    }
    Schema written = ids.byId(ByteBuffer.wrap(value).getInt(1));
    try {
      GenericRecord record =
          new GenericDatumReader<GenericRecord>(written, SCHEMA)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null));
      return fromRecord(record);
    } catch (IOException e) {
      throw new UncheckedIOException("a journal record cannot be read", e);
    }
  }

  private static GenericRecord toRecord(Cut cut) {
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("workflowUuid", cut.workflowUuid());
    record.put("stream", cut.stream());
    record.put("captureEpoch", cut.captureEpoch());
    record.put("number", cut.number());
    record.put("previousEpoch", cut.previousEpoch());
    record.put("kind", cut.kind().name());
    record.put("gtidSet", cut.gtidSet());
    record.put("sourceTimeMillis", cut.sourceTimeMillis());
    record.put("ranges", cut.ranges().stream().map(CutCodec::rangeRecord).toList());
    record.put("lastSeq", cut.lastSeq());
    record.put("engineOffset", cut.engineOffset());
    record.put(
        "markers",
        cut.markers().stream()
            .map(m -> item("markers", "token", m.token(), "kind", m.kind()))
            .toList());
    record.put("ddl", cut.ddl().stream().map(CutCodec::ddlRecord).toList());
    record.put(
        "copyProgress",
        cut.copyProgress() == null
            ? null
            : cut.copyProgress().tables().stream().map(CutCodec::tableRecord).toList());
    record.put("lastCopyCutOffset", cut.lastCopyCutOffset());
    record.put("copyComplete", cut.copyComplete());
    record.put("consistent", cut.consistent());
    record.put("shapes", cut.shapes());
    record.put("announced", cut.announced());
    record.put("copyRun", cut.copyRun());
    record.put("dropped", cut.dropped());
    record.put("repaired", cut.repaired());
    record.put("denied", cut.denied());
    record.put("bypassed", cut.bypassed());
    return record;
  }

  private static GenericRecord ddlRecord(DdlStatement ddl) {
    return item(
        "ddl",
        "table",
        ddl.table(),
        "statement",
        ddl.statement(),
        "gtid",
        ddl.gtid(),
        "action",
        ddl.action().name(),
        "generation",
        ddl.generation());
  }

  private static GenericRecord rangeRecord(OffsetRange range) {
    return item(
        "ranges",
        "table",
        range.table(),
        "partition",
        range.partition(),
        "first",
        range.first(),
        "end",
        range.end(),
        "count",
        range.count(),
        "bytes",
        range.bytes());
  }

  private static GenericRecord tableRecord(TableProgress table) {
    Schema schema = SCHEMA.getField("copyProgress").schema().getTypes().get(1).getElementType();
    Schema chunkSchema = schema.getField("chunks").schema().getElementType();
    GenericRecord record = new GenericData.Record(schema);
    record.put("table", table.table());
    record.put("planned", table.planned());
    record.put("rowsCopied", table.rowsCopied());
    record.put("rowsEstimated", table.rowsEstimated());
    record.put(
        "chunks",
        table.chunks().stream()
            .map(
                c -> {
                  GenericRecord chunk = new GenericData.Record(chunkSchema);
                  chunk.put("after", c.after());
                  chunk.put("upTo", c.upTo());
                  chunk.put("done", c.done());
                  return chunk;
                })
            .toList());
    return record;
  }

  private static GenericRecord item(String array, Object... namesAndValues) {
    GenericRecord record = new GenericData.Record(SCHEMA.getField(array).schema().getElementType());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      record.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return record;
  }

  private static Cut fromRecord(GenericRecord record) {
    return new Cut(
        text(record, "workflowUuid"),
        text(record, "stream"),
        (Long) record.get("captureEpoch"),
        (Long) record.get("number"),
        (Long) record.get("previousEpoch"),
        CutKind.valueOf(text(record, "kind")),
        text(record, "gtidSet"),
        (Long) record.get("sourceTimeMillis"),
        list(record.get("ranges"), CutCodec::range),
        (Long) record.get("lastSeq"),
        strings((Map<?, ?>) record.get("engineOffset")),
        list(record.get("markers"), m -> new Marker(text(m, "token"), text(m, "kind"))),
        list(
            record.get("ddl"),
            d ->
                new DdlStatement(
                    text(d, "table"),
                    text(d, "statement"),
                    text(d, "gtid"),
                    DdlStatement.Action.valueOf(text(d, "action")),
                    (Long) d.get("generation"))),
        record.get("copyProgress") == null
            ? null
            : new CopyProgress(list(record.get("copyProgress"), CutCodec::table)),
        (Long) record.get("lastCopyCutOffset"),
        (Boolean) record.get("copyComplete"),
        (Boolean) record.get("consistent"),
        strings((Map<?, ?>) record.get("shapes")),
        strings((Map<?, ?>) record.get("announced")),
        (Long) record.get("copyRun"),
        (Long) record.get("dropped"),
        ((Collection<?>) record.get("repaired")).stream().map(Object::toString).toList(),
        (Boolean) record.get("denied"),
        (Boolean) record.get("bypassed"));
  }

  private static OffsetRange range(GenericRecord record) {
    return new OffsetRange(
        text(record, "table"),
        (Integer) record.get("partition"),
        (Long) record.get("first"),
        (Long) record.get("end"),
        (Long) record.get("count"),
        (Long) record.get("bytes"));
  }

  private static TableProgress table(GenericRecord record) {
    return new TableProgress(
        text(record, "table"),
        (Boolean) record.get("planned"),
        (Long) record.get("rowsCopied"),
        (Long) record.get("rowsEstimated"),
        list(
            record.get("chunks"),
            c ->
                new ChunkProgress(
                    literals(c.get("after")), literals(c.get("upTo")), (Boolean) c.get("done"))));
  }

  private static List<String> literals(Object value) {
    return value == null ? null : ((Collection<?>) value).stream().map(Object::toString).toList();
  }

  private static String text(GenericRecord record, String field) {
    return record.get(field).toString();
  }

  private static <T> List<T> list(Object value, Function<GenericRecord, T> map) {
    return ((Collection<?>) value).stream().map(item -> map.apply((GenericRecord) item)).toList();
  }

  private static Map<String, String> strings(Map<?, ?> map) {
    Map<String, String> result = new HashMap<>();
    map.forEach((key, value) -> result.put(key.toString(), value.toString()));
    return result;
  }

  private static Schema load() {
    try (InputStream in = CutCodec.class.getResourceAsStream("cut.avsc")) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
