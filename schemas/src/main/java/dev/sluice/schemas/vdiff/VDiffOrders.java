package dev.sluice.schemas.vdiff;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes orders; each call returns when its directory shows what was written. Thread-safe. */
public final class VDiffOrders implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Map<String, Object> config;
  private final VDiffDirectory directory;
  private Producer<String, byte[]> producer;

  /**
   * @param directory started, of the same cluster
   */
  public VDiffOrders(KafkaSettings settings, VDiffDirectory directory) {
    this.config = settings.client("sluice-vdiff-orders");
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) LIMIT.toMillis());
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    this.directory = directory;
  }

  /** Made with the first order: most processes never write one. */
  private synchronized Producer<String, byte[]> producer() {
    if (producer == null) {
      producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  public VDiffDirectory directory() {
    return directory;
  }

  /**
   * Writes an order.
   *
   * @throws dev.sluice.schemas.error.SluiceException KAFKA_UNAVAILABLE when the outcome is unknown
   */
  public void write(VDiffOrder order) throws InterruptedException {
    send(VDiffDirectory.orderKey(order.workflowUuid(), order.uuid()), SluiceJson.write(order));
  }

  /** Removes a VDiff of a workflow that has ended, whose own topics are gone. */
  public void forget(VDiffOrder order) throws InterruptedException {
    send(VDiffDirectory.resultKey(order.workflowUuid(), order.uuid()), null);
    send(VDiffDirectory.orderKey(order.workflowUuid(), order.uuid()), null);
  }

  private void send(String key, byte[] value) throws InterruptedException {
    try {
      long offset =
          producer()
              .send(new ProducerRecord<>(TopicNames.VDIFFS, 0, key, value))
              .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS)
              .offset();
      directory.awaitOffset(offset, LIMIT);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw KafkaErrors.classify(e, "write what a VDiff is asked");
    }
  }

  @Override
  public synchronized void close() {
    if (producer == null) {
      return;
    }
    producer.close(Duration.ofSeconds(3));
  }
}
