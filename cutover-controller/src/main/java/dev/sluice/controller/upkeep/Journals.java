package dev.sluice.controller.upkeep;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.SchemaIds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads cuts out of journals, committed ones only. Not thread-safe. */
final class Journals implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long FIRST_STEP_BACK = 8;
  private static final long STEP_FACTOR = 16;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final SchemaIds schemaIds;
  private final Map<String, CutCodec> codecs = new HashMap<>();

  Journals(KafkaSettings kafka, SchemaIds schemaIds) {
    this.schemaIds = schemaIds;
    Map<String, Object> config = kafka.client("sluice-upkeep");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The offset at which a journal begins now. */
  long beginning(TopicPartition journal) {
    return run(
        "find the beginning of " + journal,
        () -> consumer.beginningOffsets(List.of(journal)).get(journal));
  }

  /**
   * Hands over every cut between two offsets, with its own.
   *
   * @param from first offset, not before the beginning
   * @param to last offset
   * @return false when the journal was not read that far in time: what was handed over counts
   *     nothing then
   */
  boolean read(TopicPartition journal, long from, long to, ObjLongConsumer<Cut> each) {
    return run(
        "read " + journal,
        () -> {
          consumer.assign(List.of(journal));
          long end = Math.min(to + 1, consumer.endOffsets(List.of(journal)).get(journal));
          consumer.seek(journal, from);
          long deadline = System.nanoTime() + LIMIT.toNanos();
          while (consumer.position(journal) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(journal)) {
              if (record.offset() < end) {
                each.accept(codec(journal).decode(record.value()), record.offset());
              }
            }
            if (System.nanoTime() - deadline > 0) {
              return false;
            }
          }
          return true;
        });
  }

  /** The newest cut of a journal; empty when there is none. */
  Optional<Cut> last(TopicPartition journal) {
    long beginning = beginning(journal);
    long end =
        run("find the end of " + journal, () -> consumer.endOffsets(List.of(journal)).get(journal));
    for (long back = FIRST_STEP_BACK; ; back *= STEP_FACTOR) {
      long from = Math.max(beginning, end - back);
      Cut[] found = new Cut[1];
      read(journal, from, end - 1, (cut, offset) -> found[0] = cut);
      if (found[0] != null || from == beginning) {
        return Optional.ofNullable(found[0]);
      }
    }
  }

  private CutCodec codec(TopicPartition journal) {
    return codecs.computeIfAbsent(journal.topic(), topic -> new CutCodec(topic, schemaIds));
  }

  private interface Work<T> {
    T run();
  }

  private static <T> T run(String action, Work<T> work) {
    try {
      return work.run();
    } catch (KafkaException e) {
      throw KafkaErrors.classify(e, action);
    }
  }

  @Override
  public void close() {
    consumer.close(Duration.ofSeconds(2));
  }
}
