package dev.sluice.vdiff.job;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.vdiff.topology.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what the topology says from now on, on a thread of its own. Outcomes of attempts that
 * nobody waits for are the listener's to pass over.
 */
final class OutcomeFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OutcomeFollower.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private final Map<String, Object> config;
  private final List<TopicPartition> partitions;
  private final Consumer<Outcome> listener;
  private final Consumer<Throwable> failed;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "vdiff-outcomes");
  private volatile KafkaConsumer<String, byte[]> consumer;
  private volatile boolean closed;

  /**
   * @param failed called once when it cannot go on
   */
  OutcomeFollower(
      KafkaSettings kafka,
      TopicNames names,
      int partitionCount,
      Consumer<Outcome> listener,
      Consumer<Throwable> failed) {
    this.listener = listener;
    this.failed = failed;
    this.partitions =
        IntStream.range(0, partitionCount)
            .mapToObj(number -> new TopicPartition(names.vdiffOutcomes(), number))
            .toList();
    this.config = kafka.client("sluice-vdiff-outcomes");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    thread.setDaemon(true);
  }

  /** When it returns, every outcome from now on will be handed over. */
  OutcomeFollower start() throws InterruptedException {
    thread.start();
    try {
      started.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw KafkaErrors.classify(e, "follow what is compared");
    }
    return this;
  }

  private void run() {
    try (KafkaConsumer<String, byte[]> opened =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer = opened;
      opened.assign(partitions);
      opened.seekToEnd(partitions);
      partitions.forEach(opened::position);
      started.complete(null);
      while (!closed) {
        opened
            .poll(Duration.ofMillis(100))
            .forEach(record -> listener.accept(SluiceJson.read(record.value(), Outcome.class)));
      }
    } catch (WakeupException | InterruptException e) {
      LOG.atDebug().log("follower of outcomes woken to close");
    } catch (RuntimeException e) {
      started.completeExceptionally(e);
      failed.accept(e);
    } finally {
      consumer = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    KafkaConsumer<String, byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
