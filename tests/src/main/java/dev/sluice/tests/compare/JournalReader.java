package dev.sluice.tests.compare;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.SchemaIds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics with plain consumers, committed records only. Thread-safe: each call has a consumer
 * of its own.
 */
public final class JournalReader {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final SchemaIds ids;

  public JournalReader(KafkaSettings kafka, SchemaIds ids) {
    this.kafka = kafka;
    this.ids = ids;
  }

  SchemaIds ids() {
    return ids;
  }

  /** A cut and where it lies in the journal. */
  public record JournalEntry(long offset, Cut cut) {}

  /** Gets the records of a partition in order. */
  interface RecordVisitor {
    void visit(ConsumerRecord<byte[], byte[]> record);
  }

  /** Reads a partition from its beginning to what is its end now. */
  void read(String topic, int partition, RecordVisitor visitor) {
    TopicPartition where = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(where));
      long end = consumer.endOffsets(List.of(where)).get(where);
      consumer.seekToBeginning(List.of(where));
      // position() passes over transaction marks too, so this ends also where the last record is
      // one
      while (consumer.position(where) < end) {
        consumer.poll(POLL).records(where).forEach(visitor::visit);
      }
    }
  }

  /** Every cut of one stream up to now. */
  public List<JournalEntry> cuts(String journal, int stream) {
    CutCodec codec = new CutCodec(journal, ids);
    List<JournalEntry> entries = new java.util.ArrayList<>();
    read(
        journal,
        stream,
        record -> entries.add(new JournalEntry(record.offset(), codec.decode(record.value()))));
    return entries;
  }

  /**
   * Follows all streams until a cut of each meets the condition.
   *
   * @param wanted stream number and cut
   * @return the first such cut of each stream; fewer when the time is over
   */
  public Map<Integer, JournalEntry> await(
      String journal, int streams, Duration timeout, BiPredicate<Integer, Cut> wanted) {
    CutCodec codec = new CutCodec(journal, ids);
    Map<Integer, JournalEntry> found = new HashMap<>();
    long deadline = System.nanoTime() + timeout.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          java.util.stream.IntStream.range(0, streams)
              .mapToObj(s -> new TopicPartition(journal, s))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (found.size() < streams && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Cut cut = codec.decode(record.value());
          if (wanted.test(record.partition(), cut)) {
            found.putIfAbsent(record.partition(), new JournalEntry(record.offset(), cut));
          }
        }
      }
    }
    return found;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = kafka.client("journal-reader");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
