package dev.sluice.capture.journal;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.capture.stream.JournalState;
import dev.sluice.capture.stream.JournalWriter;
import dev.sluice.capture.value.ValueErrors;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.avro.ChangeEncoder;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.SafeCommit;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** The journal and the data topics of one stream in Kafka. Used by one thread. */
public final class KafkaJournalWriter implements JournalWriter {

  private final StreamId stream;
  private final String journal;
  private final CutCodec codec;
  private final String[] topics;
  private final ChangeEncoder[] encoders;
  private final PartitionLog[][] partitions;
  private final List<PartitionLog> touched = new ArrayList<>();
  private final Producer<byte[], byte[]> producer;
  private final JournalReader reader;
  private final HangingTransactions hanging;
  private final int recordMaxBytes;
  private final PausePoints pausePoints;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private boolean open;
  private long openBytes;

  /**
   * Registers the tables' schemas and makes the producer; nothing is fenced yet.
   *
   * @throws SluiceException REGISTRY_UNAVAILABLE, KAFKA_UNAVAILABLE or INVALID_CONFIGURATION
   */
  public KafkaJournalWriter(
      StreamId stream,
      MovePlan plan,
      KafkaSettings kafka,
      ChangeCodecs codecs,
      PausePoints pausePoints) {
    this.stream = stream;
    this.pausePoints = pausePoints;
    this.recordMaxBytes = kafka.recordMaxBytes();
    TopicNames names = TopicNames.of(stream.workflow(), stream.direction());
    this.journal = names.journal();
    this.codec = new CutCodec(journal, codecs.ids());
    int tables = plan.tables().size();
    this.topics = new String[tables];
    this.encoders = new ChangeEncoder[tables];
    this.partitions = new PartitionLog[tables][plan.partitions()];
    for (int i = 0; i < tables; i++) {
      topics[i] = names.data(plan.tables().get(i).name());
      encoders[i] = codecs.encoder(topics[i], plan.tables().get(i).schema());
      for (int p = 0; p < plan.partitions(); p++) {
        partitions[i][p] =
            new PartitionLog(plan.tables().get(i).name(), p, e -> failure.compareAndSet(null, e));
      }
    }
    this.reader = new JournalReader(kafka, stream, journal, codec);
    try {
      this.producer = new KafkaProducer<>(ProducerSettings.of(kafka, stream));
    } catch (RuntimeException e) {
      throw KafkaErrors.classify(e, "make the producer of stream " + stream);
    }
    this.hanging = new HangingTransactions(reader, producer, ownPartitions(plan));
  }

  private Map<TopicPartition, String> ownPartitions(MovePlan plan) {
    Map<TopicPartition, String> own = new HashMap<>();
    int shards = plan.writtenShards(stream.direction()).size();
    for (int table = 0; table < topics.length; table++) {
      for (int shard = 0; shard < shards; shard++) {
        int partition = plan.partition(stream.direction(), stream.number(), shard);
        own.put(new TopicPartition(topics[table], partition), plan.tables().get(table).name());
      }
    }
    return own;
  }

  /** Shows the producer's own metrics until what is answered is closed. */
  public KafkaClientMetrics bindMetrics(MeterRegistry meters) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(meters);
    return metrics;
  }

  @Override
  public void fence() {
    run("take over stream " + stream, producer::initTransactions);
  }

  @Override
  public JournalState readEnd() {
    try {
      hanging.end();
      return reader.readEnd();
    } catch (RuntimeException e) {
      throw KafkaErrors.classify(e, "read the journal of stream " + stream);
    }
  }

  /**
   * Ends what a restart of the brokers may have left open in a data partition; now and then, while
   * the stream has nothing to do.
   *
   * @throws SluiceException as any other call
   */
  public void endHangingTransactions() {
    // records of an unfinished source transaction are not named yet, but will be
    if (!open && touched.isEmpty()) {
      run("look for transactions left open", hanging::endSeenTwice);
    }
  }

  @Override
  public void send(int table, int partition, Change change) {
    begin();
    byte[] key = encoders[table].key(change);
    byte[] value = encoders[table].value(change);
    int bytes = key.length + value.length;
    if (bytes > recordMaxBytes) {
      throw tooLarge(table, change, bytes);
    }
    PartitionLog log = partitions[table][partition];
    if (log.isEmpty()) {
      touched.add(log);
    }
    log.sent(bytes);
    openBytes += bytes;
    try {
      producer.send(new ProducerRecord<>(topics[table], partition, key, value), log);
    } catch (RuntimeException e) {
      throw KafkaErrors.classify(e, "send a change to " + topics[table]);
    }
    checkFailure();
  }

  private SluiceException tooLarge(int table, Change change, int bytes) {
    return new SluiceException(
        ErrorCode.ROW_TOO_LARGE,
        "the row with key "
            + Arrays.stream(change.key()).map(ValueErrors::shown).toList()
            + " for "
            + topics[table]
            + " takes "
            + bytes
            + " bytes, more than topics.record.max-bytes, "
            + recordMaxBytes,
        "raise topics.record.max-bytes, and max.message.bytes of the workflow's topics with it");
  }

  @Override
  public void markWhole() {
    touched.forEach(PartitionLog::markWhole);
  }

  @Override
  public long openBytes() {
    return openBytes;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public List<OffsetRange> flush() {
    run("flush", producer::flush);
    checkFailure();
    return touched.stream().filter(PartitionLog::hasWhole).map(PartitionLog::range).toList();
  }

  @Override
  public long commit(Cut cut) {
    begin();
    byte[] key = stream.shard().getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(journal, stream.number(), key, codec.encode(cut));
    String action = "commit cut " + cut.number() + " of stream " + stream;
    List<Future<RecordMetadata>> sent = new ArrayList<>(1);
    run(action, () -> sent.add(producer.send(record)));
    pausePoints.at(
        cut.kind() == CutKind.COPY
            ? CapturePausePoints.COPY_BEFORE_COMMIT
            : CapturePausePoints.BEFORE_COMMIT);
    commitTransaction(action);
    nameWhole();
    return offsetOf(sent.get(0), action);
  }

  @Override
  public void commitUnfinished() {
    if (open) {
      commitTransaction("commit a part of a source transaction");
    }
  }

  private void nameWhole() {
    touched.forEach(PartitionLog::named);
    touched.removeIf(PartitionLog::isEmpty);
  }

  private void commitTransaction(String action) {
    run(action, () -> SafeCommit.commit(producer));
    checkFailure();
    open = false;
    openBytes = 0;
  }

  private void begin() {
    if (!open) {
      run("begin a Kafka transaction", producer::beginTransaction);
      open = true;
    }
  }

  @Override
  public void abort() {
    if (open) {
      open = false;
      run("abort a Kafka transaction", producer::abortTransaction);
    }
  }

  /** Leaves an open transaction to the successor's fencing. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
    reader.close();
  }

  private static long offsetOf(Future<RecordMetadata> sent, String action) {
    try {
      return sent.get().offset();
    } catch (ExecutionException e) {
      throw KafkaErrors.classify(e, action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaErrors.classify(e, action);
    }
  }

  private void checkFailure() {
    Exception first = failure.get();
    if (first != null) {
      throw KafkaErrors.classify(first, "send a change");
    }
  }

  private static void run(String action, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      throw KafkaErrors.classify(e, action);
    }
  }
}
