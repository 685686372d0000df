package dev.sluice.apply.feed;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes the applier's consumer and finds where it begins. Stateless. */
final class FeedConsumers {

  private static final Duration BASE_WAIT = Duration.ofSeconds(15);
  private static final Duration PARTITION_WAIT = Duration.ofMillis(50);
  private static final int FETCH_BYTES = 4 << 20;
  private static final int PARTITION_FETCH_BYTES = 1 << 20;

  private FeedConsumers() {}

  /**
   * Makes the consumer.
   *
   * @param partitions how many it will read: just made ones need their time to get a leader
   */
  static Consumer<byte[], byte[]> create(
      KafkaSettings kafka, String clientId, String group, int partitions) {
    Map<String, Object> config = kafka.client(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES);
    // a partition that is resumed has to wait for the fetch under way to come back
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    config.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        (int) BASE_WAIT.plus(PARTITION_WAIT.multipliedBy(partitions)).toMillis());
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Completes the places by the cut records that they name: whether they are consistent stands only
   * there.
   *
   * @param places as the checkpoints have them
   * @throws SluiceException JOURNAL_GAP when the journal holds another cut at that offset, or none
   */
  static List<StreamPlace> complete(
      Consumer<byte[], byte[]> consumer,
      ShardPartitions partitions,
      CutCodec codec,
      List<StreamPlace> places) {
    List<StreamPlace> complete = new ArrayList<>();
    for (StreamPlace place : places) {
      if (place.journalOffset() < 0 || place.copyRun() == StreamPlace.BEFORE_RECOPY) {
        complete.add(place);
        continue;
      }
      TopicPartition journal = partitions.journal(place.stream());
      consumer.assign(List.of(journal));
      consumer.seek(journal, place.journalOffset());
      ConsumerRecord<byte[], byte[]> record = first(consumer, journal);
      Cut cut = codec.decode(record.value());
      if (record.offset() != place.journalOffset()
          || cut.number() != place.cut()
          || cut.captureEpoch() != place.captureEpoch()) {
        throw new SluiceException(
            ErrorCode.JOURNAL_GAP,
            "the checkpoint names cut "
                + place.cut()
                + " (epoch "
                + place.captureEpoch()
                + ") at offset "
                + place.journalOffset()
                + " of "
                + journal
                + ", but cut "
                + cut.number()
                + " (epoch "
                + cut.captureEpoch()
                + ") stands at offset "
                + record.offset(),
            "the journal was deleted or written anew; copy again with `start --recopy`");
      }
      complete.add(StreamPlace.at(place.stream(), cut, place.journalOffset()));
    }
    return complete;
  }

  /** The first record at an offset or behind it; null at the end of the journal. */
  static ConsumerRecord<byte[], byte[]> recordAt(
      Consumer<byte[], byte[]> consumer, TopicPartition journal, long offset) {
    consumer.assign(List.of(journal));
    if (consumer.endOffsets(List.of(journal)).get(journal) <= offset) {
      return null;
    }
    consumer.seek(journal, offset);
    return first(consumer, journal);
  }

  private static ConsumerRecord<byte[], byte[]> first(
      Consumer<byte[], byte[]> consumer, TopicPartition journal) {
    long end = consumer.endOffsets(List.of(journal)).get(journal);
    long deadline = System.nanoTime() + BASE_WAIT.toNanos();
    while (consumer.position(journal) < end && System.nanoTime() - deadline < 0) {
      List<ConsumerRecord<byte[], byte[]>> records =
          consumer.poll(Duration.ofMillis(100)).records(journal);
      if (!records.isEmpty()) {
        return records.get(0);
      }
    }
    if (consumer.position(journal) < end) {
      throw new SluiceException(
          ErrorCode.KAFKA_UNAVAILABLE,
          journal + " cannot be read",
          "nothing if the brokers come back by themselves; otherwise check that they run");
    }
    throw new SluiceException(
        ErrorCode.JOURNAL_GAP,
        "the checkpoint names a cut at offset "
            + consumer.position(journal)
            + " of "
            + journal
            + " or before, but the"
            + " journal ends there",
        "the journal was deleted or written anew; copy again with `start --recopy`");
  }

  /**
   * Assigns everything: journals behind the places, data partitions at their ends until a range
   * says more.
   */
  static void begin(
      Consumer<byte[], byte[]> consumer, ShardPartitions partitions, List<StreamPlace> places) {
    consumer.assign(partitions.all());
    for (StreamPlace place : places) {
      consumer.seek(partitions.journal(place.stream()), place.journalOffset() + 1);
    }
    List<TopicPartition> data =
        partitions.buffers().stream().map(PartitionBuffer::partition).toList();
    consumer.endOffsets(data).forEach(consumer::seek);
  }
}
