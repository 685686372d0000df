package dev.sluice.schemas.request;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
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

/** Writes requests, each acknowledged by all replicas when the call returns. Thread-safe. */
public final class RequestWriter implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Producer<String, byte[]> producer;

  public RequestWriter(KafkaSettings settings) {
    Map<String, Object> config = settings.client("sluice-requests");
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) LIMIT.toMillis());
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Writes a request.
   *
   * @return its offset
   * @throws dev.sluice.schemas.error.SluiceException KAFKA_UNAVAILABLE when the outcome is unknown:
   *     writing it again does no harm
   */
  public long write(String workflow, Request request) throws InterruptedException {
    return send(workflow, request.key(), SluiceJson.write(request));
  }

  /** Takes a request back, whether it is there or not; as {@link #write}. */
  public void remove(String workflow, String key) throws InterruptedException {
    send(workflow, key, null);
  }

  private long send(String workflow, String key, byte[] value) throws InterruptedException {
    String topic = TopicNames.of(workflow, Direction.FORWARD).requests();
    try {
      return producer
          .send(new ProducerRecord<>(topic, 0, key, value))
          .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .offset();
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw KafkaErrors.classify(e, "write request " + key + " of workflow " + workflow);
    }
  }

  @Override
  public void close() {
    producer.close(LIMIT);
  }
}
