package dev.sluice.schemas.kafka;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a topic of one partition from its beginning, on a thread of its own, for as long as it is
 * open; committed records only. Breaks of the connection are bridged: it goes on where it was.
 * Thread-safe.
 */
public final class TopicFollower implements AutoCloseable {

  /** Called on the follower's thread, in offset order. */
  public interface Listener {

    /**
     * Takes a record.
     *
     * @param live false for records that were there before the follower started
     */
    void onRecord(ConsumerRecord<String, byte[]> record, boolean live);
  }

  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

  private record Wait(long position, CompletableFuture<Void> reached) {}

  private final Map<String, Object> config;
  private final TopicPartition partition;
  private final Listener listener;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> endRequests =
      new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Wait> waits = new ConcurrentLinkedQueue<>();
  private volatile KafkaConsumer<String, byte[]> consumer;
  private volatile Instant failingSince;
  private volatile long next = -1;
  private long liveFrom = -1;

  public TopicFollower(KafkaSettings settings, String topic, String clientId, Listener listener) {
    this.config = settings.client(clientId);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // a question for the topic's end stands in line behind the fetch that waits at the broker
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) POLL.toMillis());
    this.partition = new TopicPartition(topic, 0);
    this.listener = listener;
    this.thread = new Thread(this::run, "follow-" + topic);
    thread.setDaemon(true);
  }

  /** Begins to follow; call once. */
  public TopicFollower start() {
    thread.start();
    return this;
  }

  /** Since when the topic cannot be read; null while it can. */
  public Instant failingSince() {
    return failingSince;
  }

  /**
   * Waits until everything committed before this call has been handed to the listener.
   *
   * @throws SluiceException KAFKA_UNAVAILABLE when that takes longer
   */
  public void awaitEnd(Duration limit) throws InterruptedException {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    endRequests.add(reached);
    await(reached, limit, "its end");
  }

  /** Waits until the record at the offset has been handed on; as {@link #awaitEnd}. */
  public void awaitOffset(long offset, Duration limit) throws InterruptedException {
    Wait wait = new Wait(offset + 1, new CompletableFuture<>());
    waits.add(wait);
    if (next >= wait.position()) {
      // read before the wait was noted: the thread would see it a poll later only
      wait.reached().complete(null);
      waits.remove(wait);
    }
    await(wait.reached(), limit, "offset " + offset);
  }

  private void await(CompletableFuture<Void> reached, Duration limit, String what)
      throws InterruptedException {
    try {
      reached.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      waits.removeIf(wait -> wait.reached() == reached);
      endRequests.remove(reached);
      throw new SluiceException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "topic "
              + partition.topic()
              + " could not be read to "
              + what
              + " within "
              + limit.toSeconds()
              + " s",
          "check the brokers; Sluice goes on by itself",
          e);
    }
  }

  private void run() {
    while (closed.getCount() > 0) {
      try (KafkaConsumer<String, byte[]> opened =
          new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
        consumer = opened;
        follow(opened);
      } catch (WakeupException | InterruptException e) {
        LOG.atDebug().addKeyValue("topic", partition.topic()).log("follower woken to close");
      } catch (KafkaException e) {
        failed(e);
      } finally {
        consumer = null;
      }
    }
  }

  private void failed(KafkaException error) {
    if (failingSince == null) {
      failingSince = Instant.now();
    }
    LOG.atWarn()
        .addKeyValue("topic", partition.topic())
        .setCause(error)
        .log("cannot follow topic; trying again");
    try {
      if (closed.await(PAUSE_AFTER_ERROR.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atDebug().addKeyValue("topic", partition.topic()).log("closed while failing");
      }
    } catch (InterruptedException e) {
      closed.countDown();
    }
  }

  private void follow(KafkaConsumer<String, byte[]> opened) {
    opened.assign(List.of(partition));
    if (next < 0) {
      opened.seekToBeginning(List.of(partition));
    } else {
      opened.seek(partition, next);
    }
    if (liveFrom < 0) {
      liveFrom = opened.endOffsets(List.of(partition)).get(partition);
    }
    while (closed.getCount() > 0) {
      for (ConsumerRecord<String, byte[]> record : opened.poll(POLL).records(partition)) {
        handOn(record);
      }
      next = opened.position(partition);
      failingSince = null;
      answerWaits(opened);
    }
  }

  /** What nobody can read must not keep what follows from being read. */
  private void handOn(ConsumerRecord<String, byte[]> record) {
    try {
      listener.onRecord(record, record.offset() >= liveFrom);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("topic", record.topic())
          .addKeyValue("offset", record.offset())
          .addKeyValue("key", record.key())
          .setCause(e)
          .log("record cannot be read; it is left alone");
    }
  }

  private void answerWaits(KafkaConsumer<String, byte[]> opened) {
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (CompletableFuture<Void> request = endRequests.poll();
        request != null;
        request = endRequests.poll()) {
      asked.add(request);
    }
    if (!asked.isEmpty()) {
      long end = opened.endOffsets(List.of(partition)).get(partition);
      asked.forEach(request -> waits.add(new Wait(end, request)));
    }
    waits.removeIf(wait -> next >= wait.position() && complete(wait));
  }

  private static boolean complete(Wait wait) {
    wait.reached().complete(null);
    return true;
  }

  /** Ends the thread and the connection; waits at most 10 s. */
  @Override
  public void close() {
    closed.countDown();
    KafkaConsumer<String, byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
