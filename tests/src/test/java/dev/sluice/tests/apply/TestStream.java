package dev.sluice.tests.apply;

import dev.sluice.schemas.avro.WireChangeEncoder;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.kafka.SafeCommit;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vindex.Placement;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes one stream's data records and cuts, as a capture would, from what a test says. */
final class TestStream implements AutoCloseable {

  private final String workflowUuid;
  private final MovePlan plan;
  private final int stream;
  private final TopicNames topics;
  private final CutCodec codec;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, WireChangeEncoder> encoders = new HashMap<>();
  private final Map<String, Placement> placements = new HashMap<>();
  private final Map<TopicPartition, List<Future<RecordMetadata>>> sent = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> bytes = new HashMap<>();
  private long captureEpoch = 1;
  private long previousEpoch;
  private long number;
  private long seq;
  private boolean consistent;
  private boolean bypassed;
  private List<Marker> markers = List.of();
  private boolean kafkaTransaction;

  TestStream(
      String bootstrap,
      SchemaIds ids,
      String workflow,
      String workflowUuid,
      MovePlan plan,
      int stream) {
    this.workflowUuid = workflowUuid;
    this.plan = plan;
    this.stream = stream;
    this.topics = TopicNames.of(workflow, Direction.FORWARD);
    this.codec = new CutCodec(topics.journal(), ids);
    for (TablePlan table : plan.tables()) {
      encoders.put(
          table.name(), new WireChangeEncoder(topics.data(table.name()), table.schema(), ids));
      placements.put(table.name(), plan.writtenPlacement(Direction.FORWARD, table));
    }
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "test-" + UUID.randomUUID(),
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 << 10,
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  /** Cuts from now on say that the target equals the source once they are applied. */
  TestStream consistent() {
    consistent = true;
    return this;
  }

  /** Rows from now on were written although the fence denied them, or no longer so. */
  TestStream bypassed(boolean nowBypassed) {
    bypassed = nowBypassed;
    return this;
  }

  /** As after a restart of the capture. */
  TestStream nextEpoch() {
    captureEpoch++;
    return this;
  }

  TestStream create(String table, Object... row) {
    return send(table, Op.CREATE, row, ++seq);
  }

  TestStream update(String table, Object... row) {
    return send(table, Op.UPDATE, row, ++seq);
  }

  /** Deletes by a whole row image: it says the key and the shard. */
  TestStream delete(String table, Object... row) {
    return send(table, Op.DELETE, row, ++seq);
  }

  /** A copied row; all rows of a COPY cut share one number. */
  TestStream read(String table, Object... row) {
    return send(table, Op.READ, row, seq + 1);
  }

  long cut() {
    return cut(CutKind.STREAM);
  }

  long copyCut() {
    seq++;
    return cut(CutKind.COPY);
  }

  /** Commits what was sent without a cut: records that do not exist for readers. */
  void orphans() {
    begin();
    SafeCommit.commit(producer);
    kafkaTransaction = false;
    sent.clear();
    bytes.clear();
  }

  /** Ends a Kafka transaction in the middle of a source transaction. */
  void kafkaCommitWithoutCut() {
    SafeCommit.commit(producer);
    kafkaTransaction = false;
  }

  /** The next cut holds this marker. */
  TestStream marker(String token, String kind) {
    markers = List.of(new Marker(token, kind));
    return this;
  }

  /** Writes the cut of everything sent since the last one; answers its number. */
  long cut(CutKind kind) {
    begin();
    try {
      producer.flush();
      Cut cut = build(kind);
      producer.send(
          new ProducerRecord<>(
              topics.journal(),
              stream,
              plan.sourceShards().get(stream).getBytes(StandardCharsets.UTF_8),
              codec.encode(cut)));
      SafeCommit.commit(producer);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    kafkaTransaction = false;
    previousEpoch = captureEpoch;
    sent.clear();
    bytes.clear();
    markers = List.of();
    return number;
  }

  /** Makes the journal skip a number. */
  void loseACut() {
    number++;
  }

  private Cut build(CutKind kind) throws ExecutionException, InterruptedException {
    List<OffsetRange> ranges = new ArrayList<>();
    for (Map.Entry<TopicPartition, List<Future<RecordMetadata>>> entry : sent.entrySet()) {
      List<Future<RecordMetadata>> records = entry.getValue();
      String topic = entry.getKey().topic();
      String table =
          plan.tables().stream()
              .map(TablePlan::name)
              .filter(t -> topics.data(t).equals(topic))
              .findFirst()
              .orElseThrow();
      ranges.add(
          new OffsetRange(
              table,
              entry.getKey().partition(),
              records.get(0).get().offset(),
              records.get(records.size() - 1).get().offset() + 1,
              records.size(),
              bytes.get(entry.getKey())));
    }
    number++;
    return new Cut(
        workflowUuid,
        plan.sourceShards().get(stream),
        captureEpoch,
        number,
        previousEpoch,
        kind,
        "00000000-0000-0000-0000-000000000001:1-" + number,
        System.currentTimeMillis(),
        ranges,
        seq,
        Map.of(),
        markers,
        List.of(),
        kind == CutKind.COPY ? new CopyProgress(List.of()) : null,
        -1,
        consistent,
        consistent,
        Map.of(),
        Map.of(),
        0,
        0,
        List.of(),
        bypassed,
        bypassed);
  }

  private TestStream send(String tableName, Op op, Object[] row, long rowSeq) {
    return send(tableName, op, row, rowSeq, placements.get(tableName).shardOf(row));
  }

  /** Sends a row to a shard of the test's choice. */
  TestStream misplace(String tableName, int shard, Object... row) {
    return send(tableName, Op.CREATE, row, ++seq, shard);
  }

  private TestStream send(String tableName, Op op, Object[] row, long rowSeq, int shard) {
    begin();
    TablePlan table = plan.table(tableName);
    int[] keyIndexes = table.schema().keyIndexes();
    Object[] key = new Object[keyIndexes.length];
    for (int i = 0; i < key.length; i++) {
      key[i] = row[keyIndexes[i]];
    }
    Change change =
        new Change(
            op,
            key,
            op == Op.DELETE ? null : row,
            new SourcePosition(null, "", 0, 0, System.currentTimeMillis()),
            rowSeq);
    WireChangeEncoder encoder = encoders.get(tableName);
    byte[] keyBytes = encoder.key(change);
    byte[] valueBytes = encoder.value(change);
    TopicPartition partition =
        new TopicPartition(
            topics.data(tableName), plan.partition(Direction.FORWARD, stream, shard));
    sent.computeIfAbsent(partition, p -> new ArrayList<>())
        .add(
            producer.send(
                new ProducerRecord<>(
                    partition.topic(), partition.partition(), keyBytes, valueBytes)));
    bytes.merge(partition, (long) keyBytes.length + valueBytes.length, Long::sum);
    return this;
  }

  private void begin() {
    if (!kafkaTransaction) {
      producer.beginTransaction();
      kafkaTransaction = true;
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
