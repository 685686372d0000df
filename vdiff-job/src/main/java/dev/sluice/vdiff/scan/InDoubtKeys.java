package dev.sluice.vdiff.scan;

import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.avro.ChangeDecoder;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.TablePlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads from the data topics which keys some cuts name. Used by one thread. */
final class InDoubtKeys implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** More of them mean that opening took too long to be of use. */
  private static final long MOST_RECORDS = 100_000;

  private final MoveSides sides;
  private final ChangeCodecs codecs;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicNames names;

  InDoubtKeys(KafkaSettings kafka, ChangeCodecs codecs, MoveSides sides) {
    this.sides = sides;
    this.codecs = codecs;
    this.names = TopicNames.of(sides.record().name(), sides.direction());
    Map<String, Object> config = kafka.client("sluice-vdiff-keys");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * The keys that the cuts name, of these tables.
   *
   * @throws SluiceException VDIFF_MOMENT_LOST when there are too many
   */
  Map<String, Set<KeyRef>> in(List<Cut> cuts, Map<String, TableSides> tables) {
    Map<String, Set<KeyRef>> keys = new HashMap<>();
    if (cuts.stream().mapToLong(Cut::records).sum() > MOST_RECORDS) {
      throw new SluiceException(
          ErrorCode.VDIFF_MOMENT_LOST,
          "more than " + MOST_RECORDS + " rows changed while the snapshots were opened",
          "none; it is tried again when less is written");
    }
    try {
      for (Cut cut : cuts) {
        for (OffsetRange range : cut.ranges()) {
          if (tables.containsKey(range.table())) {
            TablePlan plan = sides.plan().withShapes(cut.shapes()).table(range.table());
            read(
                range,
                plan,
                tables.get(range.table()),
                keys.computeIfAbsent(range.table(), table -> new HashSet<>()));
          }
        }
      }
    } catch (KafkaException e) {
      throw KafkaErrors.classify(e, "read the keys that changed");
    }
    return keys;
  }

  private void read(OffsetRange range, TablePlan plan, TableSides table, Set<KeyRef> keys) {
    String topic = names.data(range.table());
    TopicPartition partition = new TopicPartition(topic, range.partition());
    ChangeDecoder decoder = codecs.decoder(topic, plan.schema());
    consumer.assign(List.of(partition));
    consumer.seek(partition, range.first());
    long end = System.nanoTime() + LIMIT.toNanos();
    while (consumer.position(partition) < range.end()) {
      for (ConsumerRecord<byte[], byte[]> record :
          consumer.poll(Duration.ofMillis(50)).records(partition)) {
        if (record.offset() < range.end()) {
          Object[] key = decoder.decode(record.key(), record.value()).key();
          keys.add(table.ofValues(plan.schema().keyColumns(), key));
        }
      }
      if (System.nanoTime() > end) {
        throw new SluiceException(
            ErrorCode.KAFKA_UNAVAILABLE,
            partition + " could not be read to offset " + range.end(),
            "check the brokers; it is tried again");
      }
    }
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
  }
}
