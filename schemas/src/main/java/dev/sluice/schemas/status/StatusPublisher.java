package dev.sluice.schemas.status;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes statuses to {@code sluice.status}: at once when something that matters changed, else at
 * most once a second a key; of statuses that come faster the newest is kept. Never blocks its
 * callers. Thread-safe.
 */
public final class StatusPublisher implements AutoCloseable {

  /** Header that says under which generation of the workflow's record a status was written. */
  public static final String GENERATION = "generation";

  private static final Logger LOG = LoggerFactory.getLogger(StatusPublisher.class);
  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private static final class Slot {
    private Object mark;
    private long sentNanos;
    private byte[] pending;
    private long generation;
  }

  /** Hears each status at once, whether Kafka is there or not; must be quick. */
  public interface Listener {
    void said(String key, Object status, long generation);
  }

  private final Producer<String, byte[]> producer;
  private final Listener listener;
  private final ScheduledExecutorService sender;
  private final Map<String, Slot> slots = new HashMap<>();

  public StatusPublisher(KafkaSettings settings, Listener listener) {
    this(producer(settings), listener);
  }

  StatusPublisher(Producer<String, byte[]> producer, Listener listener) {
    this.producer = producer;
    this.listener = listener;
    this.sender =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "status-publisher");
              thread.setDaemon(true);
              return thread;
            });
    sender.scheduleWithFixedDelay(this::flush, 100, 100, TimeUnit.MILLISECONDS);
  }

  private static Producer<String, byte[]> producer(KafkaSettings settings) {
    Map<String, Object> config = settings.client("sluice-status");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Publishes a status soon.
   *
   * @param mark what matters of it: a mark that differs from the last one's is sent at once
   * @param generation of the workflow's record that the unit acts under
   */
  public void publish(String key, Object status, Object mark, long generation) {
    byte[] json = SluiceJson.write(status);
    listener.said(key, status, generation);
    synchronized (slots) {
      Slot slot = slots.computeIfAbsent(key, k -> new Slot());
      if (!Objects.equals(slot.mark, mark) || slot.generation != generation) {
        slot.sentNanos = System.nanoTime() - INTERVAL_NANOS;
        slot.mark = mark;
        slot.generation = generation;
      }
      slot.pending = json;
    }
  }

  /** Removes a key from the topic, soon. */
  public void remove(String key) {
    synchronized (slots) {
      slots.remove(key);
    }
    try {
      sender.execute(() -> send(new ProducerRecord<>(TopicNames.STATUS, key, null)));
    } catch (RejectedExecutionException e) {
      LOG.atDebug().addKeyValue("key", key).log("status not removed: the publisher is closed");
    }
  }

  /** Forgets a key that this process no longer speaks for, without a word to the topic. */
  public void forget(String key) {
    synchronized (slots) {
      slots.remove(key);
    }
  }

  private void flush() {
    long now = System.nanoTime();
    Map<String, ProducerRecord<String, byte[]>> due = new HashMap<>();
    synchronized (slots) {
      slots.forEach(
          (key, slot) -> {
            if (slot.pending != null && now - slot.sentNanos >= INTERVAL_NANOS) {
              due.put(key, record(key, slot));
              slot.pending = null;
              slot.sentNanos = now;
            }
          });
    }
    due.values().forEach(this::send);
  }

  private static ProducerRecord<String, byte[]> record(String key, Slot slot) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(TopicNames.STATUS, key, slot.pending);
    record
        .headers()
        .add(GENERATION, Long.toString(slot.generation).getBytes(StandardCharsets.US_ASCII));
    return record;
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(
          record,
          (metadata, error) -> {
            if (error != null) {
              LOG.atWarn()
                  .addKeyValue("key", record.key())
                  .setCause(error)
                  .log("status could not be written");
            }
          });
    } catch (RuntimeException e) {
      // a status that is lost shows as unknown after a while; the work itself must not suffer
      LOG.atWarn().addKeyValue("key", record.key()).setCause(e).log("status could not be written");
    }
  }

  /** Sends what is pending and ends; waits at most some seconds. */
  @Override
  public void close() {
    sender.execute(
        () -> {
          synchronized (slots) {
            slots.values().forEach(slot -> slot.sentNanos = System.nanoTime() - INTERVAL_NANOS);
          }
          flush();
        });
    sender.shutdown();
    try {
      if (!sender.awaitTermination(6, TimeUnit.SECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(3));
  }
}
