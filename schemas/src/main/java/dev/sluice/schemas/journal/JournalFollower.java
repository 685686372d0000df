package dev.sluice.schemas.journal;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidOffsetException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the journal of one direction of a workflow from the end that it has when {@link #start}
 * is called, all streams with one consumer, on a thread of its own. For whoever writes a marker (or
 * changes a fence row) and must know which cut holds it: start it first, write then. Breaks of the
 * connection are bridged. Memory is bounded: of each stream it knows the last {@link #REMEMBERED}
 * marker cuts. Thread-safe.
 */
public final class JournalFollower implements AutoCloseable {

  /** Cuts with markers that are remembered, for each stream. */
  public static final int REMEMBERED = 1_000;

  private static final Duration START_LIMIT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PAUSE_AFTER_ERROR_MILLIS = 200;

  /**
   * A cut that holds a marker.
   *
   * @param stream number of the stream
   * @param journalOffset of the cut's record: the applier whose checkpoint says this or more has
   *     passed it
   */
  public record Passed(int stream, Cut cut, long journalOffset) {}

  /** Hears every cut, on the follower's thread, in order for each stream; must be quick. */
  public interface Listener {
    void onCut(Passed passed);
  }

  private final Map<String, Object> config;
  private final String topic;
  private final CutCodec codec;
  private final Listener listener;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final List<Map<String, Passed>> seen = new ArrayList<>();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private SluiceException broken;
  private SluiceException failing;

  /**
   * @param streams how many shards the direction reads: the journal's partitions
   */
  public JournalFollower(
      KafkaSettings settings, String workflow, Direction direction, int streams, SchemaIds ids) {
    this(settings, workflow, direction, streams, ids, passed -> {});
  }

  /** One that somebody listens to. */
  public JournalFollower(
      KafkaSettings settings,
      String workflow,
      Direction direction,
      int streams,
      SchemaIds ids,
      Listener listener) {
    this.topic = TopicNames.of(workflow, direction).journal();
    this.codec = new CutCodec(topic, ids);
    this.listener = listener;
    for (int stream = 0; stream < streams; stream++) {
      partitions.add(new TopicPartition(topic, stream));
      seen.add(new Remembered());
    }
    this.config = settings.client("sluice-journal-" + topic);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) START_LIMIT.toMillis());
    this.thread = new Thread(this::run, "follow-" + topic);
    thread.setDaemon(true);
  }

  /** The last marker cuts of a stream, by token. */
  private static final class Remembered extends LinkedHashMap<String, Passed> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Passed> eldest) {
      return size() > REMEMBERED;
    }
  }

  /**
   * Begins to follow; call once. When it returns, every cut that is committed from now on will be
   * seen.
   *
   * @throws SluiceException KAFKA_UNAVAILABLE when the journal's end is not known in time
   */
  public JournalFollower start() throws InterruptedException {
    thread.start();
    try {
      started.get(START_LIMIT.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw KafkaErrors.classify(e, "read the journal " + topic);
    }
    return this;
  }

  /**
   * Waits for the cut of a stream that holds the marker.
   *
   * @param stream its number
   * @param token of a marker, or of a fence row, that was written after {@link #start}
   * @return empty when it has not come in time
   * @throws SluiceException why it cannot come: KAFKA_UNAVAILABLE when the time is over and no
   *     broker has answered, JOURNAL_GAP when the journal was deleted meanwhile
   */
  public Optional<Passed> awaitMarker(int stream, String token, Duration timeout)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (seen) {
      while (true) {
        Passed passed = seen.get(stream).get(token);
        if (passed != null) {
          return Optional.of(passed);
        }
        if (broken != null) {
          throw new SluiceException(broken.code(), broken.getMessage(), broken.remedy(), broken);
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          if (failing != null) {
            throw new SluiceException(
                failing.code(), failing.getMessage(), failing.remedy(), failing);
          }
          return Optional.empty();
        }
        TimeUnit.NANOSECONDS.timedWait(seen, left);
      }
    }
  }

  private void run() {
    while (!closed && !isBroken()) {
      try (KafkaConsumer<byte[], byte[]> opened =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = opened;
        opened.assign(partitions);
        begin(opened);
        while (!closed) {
          opened.poll(POLL).forEach(this::read);
          partitions.forEach(partition -> positions.put(partition, opened.position(partition)));
          failing(null);
        }
      } catch (WakeupException | InterruptException e) {
        closed = true;
      } catch (InvalidOffsetException | IllegalArgumentException e) {
        broke(
            new SluiceException(
                ErrorCode.JOURNAL_GAP,
                "the journal " + topic + " cannot be followed: " + e.getMessage(),
                "nothing if the workflow has ended; else look who deleted or wrote the topic",
                e));
      } catch (KafkaException | SluiceException e) {
        failing(KafkaErrors.classify(e, "read the journal " + topic));
        pause();
      } catch (RuntimeException e) {
        broke(KafkaErrors.classify(e, "read the journal " + topic));
      } finally {
        consumer = null;
      }
    }
    started.completeExceptionally(
        new SluiceException(
            ErrorCode.KAFKA_UNAVAILABLE, "the follower of " + topic + " ended", "try again"));
  }

  private void begin(KafkaConsumer<byte[], byte[]> opened) {
    if (positions.isEmpty()) {
      opened.seekToEnd(partitions);
      // the end is looked up now, not with the first poll
      Map<TopicPartition, Long> ends = new HashMap<>();
      partitions.forEach(partition -> ends.put(partition, opened.position(partition)));
      positions.putAll(ends);
    }
    positions.forEach(opened::seek);
    started.complete(null);
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    Passed passed = new Passed(record.partition(), codec.decode(record.value()), record.offset());
    if (!passed.cut().markers().isEmpty()) {
      synchronized (seen) {
        for (Marker marker : passed.cut().markers()) {
          seen.get(record.partition()).put(marker.token(), passed);
        }
        seen.notifyAll();
      }
    }
    listener.onCut(passed);
    positions.put(new TopicPartition(topic, record.partition()), record.offset() + 1);
  }

  private boolean isBroken() {
    synchronized (seen) {
      return broken != null;
    }
  }

  private void broke(SluiceException error) {
    synchronized (seen) {
      broken = error;
      seen.notifyAll();
    }
  }

  private void failing(SluiceException error) {
    synchronized (seen) {
      failing = error;
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_ERROR_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Ends the thread and the connection; waits at most 5 s. */
  @Override
  public void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> current = consumer;
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
