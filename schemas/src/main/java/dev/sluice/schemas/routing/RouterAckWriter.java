package dev.sluice.schemas.routing;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router's voice: says once a second that it is there, and at once which epoch it acts by. What
 * cannot be sent is lost: nobody waits for a router for long. Thread-safe.
 */
public final class RouterAckWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RouterAckWriter.class);

  private final KafkaProducer<String, byte[]> producer;
  private final String router;
  private final ScheduledExecutorService sender;
  private volatile long epoch;

  /**
   * @param router a name that no other router has
   */
  public RouterAckWriter(KafkaSettings settings, String router) {
    Map<String, Object> config = settings.client("sluice-router-acks");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    this.router = router;
    this.sender =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "router-acks");
              thread.setDaemon(true);
              return thread;
            });
    sender.scheduleAtFixedRate(this::send, 0, 1, TimeUnit.SECONDS);
  }

  /** Says that the router acts by this epoch from now on. Does not block. */
  public void acknowledge(long rulesEpoch) {
    epoch = rulesEpoch;
    sender.execute(this::send);
  }

  private void send() {
    send(SluiceJson.write(new RouterAck(router, epoch, Instant.now())));
  }

  private void send(byte[] value) {
    try {
      producer.send(
          new ProducerRecord<>(TopicNames.ROUTER_ACKS, router, value),
          (metadata, error) -> {
            if (error != null) {
              LOG.atWarn().setCause(error).log("a router's word could not be written");
            }
          });
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("a router's word could not be written");
    }
  }

  /** Says that the router has gone, so that nobody waits for it; takes some seconds at most. */
  @Override
  public void close() {
    sender.shutdownNow();
    send((byte[]) null);
    producer.close(Duration.ofSeconds(3));
  }
}
