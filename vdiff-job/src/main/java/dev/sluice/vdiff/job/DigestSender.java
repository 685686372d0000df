package dev.sluice.vdiff.job;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.vdiff.scan.ShardRef;
import dev.sluice.vdiff.topology.ChunkDigests;
import dev.sluice.vdiff.topology.RowBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends digests and rows to the topology. Thread-safe. */
final class DigestSender implements AutoCloseable {

  private static final int BATCH_ROWS = 500;

  private final TopicNames names;
  private final KafkaProducer<String, byte[]> producer;
  private final Consumer<Throwable> failed;

  /**
   * @param failed told when something could not be sent
   */
  DigestSender(
      KafkaSettings kafka, TopicNames names, int maxMessageBytes, Consumer<Throwable> failed) {
    this.failed = failed;
    this.names = names;
    Map<String, Object> config = kafka.client("sluice-vdiff-digests");
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  void send(ChunkDigests digests) {
    send(names.vdiffDigests(), digests.attempt(), SluiceJson.write(digests));
  }

  /** Sends the rows of one shard, the last batch marked as such even if it is empty. */
  void send(String attempt, ShardRef shard, int sources, int targets, List<RowBatch.Row> rows) {
    int number = 0;
    for (int from = 0; from == 0 || from < rows.size(); from += BATCH_ROWS) {
      int to = Math.min(rows.size(), from + BATCH_ROWS);
      RowBatch batch =
          new RowBatch(
              attempt,
              shard.side(),
              shard.name(),
              sources,
              targets,
              number++,
              to == rows.size(),
              rows.subList(from, to));
      send(names.vdiffRows(), attempt, SluiceJson.write(batch));
    }
  }

  private void send(String topic, String key, byte[] value) {
    try {
      producer.send(
          new ProducerRecord<>(topic, key, value),
          (metadata, error) -> {
            if (error != null) {
              failed.accept(KafkaErrors.classify(error, "send digests"));
            }
          });
    } catch (KafkaException e) {
      throw KafkaErrors.classify(e, "send digests");
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
