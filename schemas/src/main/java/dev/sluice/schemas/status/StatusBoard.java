package dev.sluice.schemas.status;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest status of everything, from {@code sluice.status}, with its age. While the topic is
 * quiet about a unit, what the unit said in this process counts: so a process can still tell of its
 * own units when Kafka is away. Thread-safe.
 */
public final class StatusBoard implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);

  /**
   * A status.
   *
   * @param generation of the workflow's record that it was written under
   * @param seenAt when it was read here; for those that were there before, when it was written
   */
  public record Entry<T>(String key, T status, long generation, Instant seenAt) {

    /** True when it is too old to be believed. */
    public boolean stale(Instant now, Duration limit) {
      return Duration.between(seenAt, now).compareTo(limit) > 0;
    }
  }

  /** Units speak every second, stopped ones every three. */
  private static final Duration QUIET = Duration.ofSeconds(4);

  private final Map<String, Entry<?>> entries = new ConcurrentSkipListMap<>();
  private final Map<String, Entry<?>> heard = new ConcurrentHashMap<>();
  private final List<Consumer<Entry<?>>> listeners = new CopyOnWriteArrayList<>();
  private final Clock clock;
  private final TopicFollower follower;

  public StatusBoard(KafkaSettings settings, Clock clock) {
    this.clock = clock;
    this.follower =
        new TopicFollower(settings, TopicNames.STATUS, "sluice-status-board", this::read);
  }

  public StatusBoard start() {
    follower.start();
    return this;
  }

  /** Waits until everything written before this call has been read. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    follower.awaitEnd(limit);
  }

  /**
   * Calls the listener, on the reading thread, with each status read from now on; it must be quick.
   */
  public void addListener(Consumer<Entry<?>> listener) {
    listeners.add(listener);
  }

  /** Takes what a unit of this process says, on its way to the topic. */
  public void heard(String key, Object status, long generation) {
    heard.put(key, new Entry<>(key, status, generation, clock.instant()));
  }

  private Entry<?> newest(Entry<?> read) {
    Entry<?> own = heard.get(read.key());
    return own != null && own.seenAt().isAfter(read.seenAt()) && read.stale(clock.instant(), QUIET)
        ? own
        : read;
  }

  /** Streams of a workflow, in order of id. */
  public List<Entry<StreamStatus>> streams(String workflowUuid) {
    return of(StreamStatus.class).stream()
        .filter(entry -> entry.status().workflowUuid().equals(workflowUuid))
        .toList();
  }

  /** Appliers of a workflow, in order of id. */
  public List<Entry<ApplierStatus>> appliers(String workflowUuid) {
    return of(ApplierStatus.class).stream()
        .filter(entry -> entry.status().workflowUuid().equals(workflowUuid))
        .toList();
  }

  public Optional<Entry<ControllerStatus>> controller() {
    return of(ControllerStatus.class).stream().findFirst();
  }

  private <T> List<Entry<T>> of(Class<T> type) {
    List<Entry<T>> found = new ArrayList<>();
    for (Entry<?> read : entries.values()) {
      Entry<?> entry = newest(read);
      if (type.isInstance(entry.status())) {
        found.add(
            new Entry<>(
                entry.key(), type.cast(entry.status()), entry.generation(), entry.seenAt()));
      }
    }
    return found;
  }

  private void read(ConsumerRecord<String, byte[]> message, boolean live) {
    if (message.value() == null) {
      entries.remove(message.key());
      heard.remove(message.key());
      return;
    }
    Object status;
    try {
      status = parse(message.key(), message.value());
    } catch (UncheckedIOException e) {
      LOG.atWarn()
          .addKeyValue("key", message.key())
          .setCause(e)
          .log("status cannot be read by this version");
      return;
    }
    if (status == null) {
      return;
    }
    Instant seen = live ? clock.instant() : Instant.ofEpochMilli(message.timestamp());
    Entry<?> entry = new Entry<>(message.key(), status, generation(message), seen);
    entries.put(message.key(), entry);
    listeners.forEach(listener -> listener.accept(entry));
  }

  private static Object parse(String key, byte[] json) {
    if (key.startsWith(StatusKeys.STREAM)) {
      return SluiceJson.read(json, StreamStatus.class);
    }
    if (key.startsWith(StatusKeys.APPLIER)) {
      return SluiceJson.read(json, ApplierStatus.class);
    }
    return key.equals(StatusKeys.CONTROLLER) ? SluiceJson.read(json, ControllerStatus.class) : null;
  }

  private static long generation(ConsumerRecord<String, byte[]> message) {
    Header header = message.headers().lastHeader(StatusPublisher.GENERATION);
    return header == null
        ? -1
        : Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    follower.close();
  }
}
