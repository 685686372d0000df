package dev.sluice.schemas.workflow;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every workflow's record as it stands in {@code sluice.workflows}, kept up to date. Thread-safe.
 */
public final class WorkflowDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkflowDirectory.class);

  private final ConcurrentSkipListMap<String, WorkflowRecord> records =
      new ConcurrentSkipListMap<>();
  private final List<Consumer<WorkflowRecord>> listeners = new CopyOnWriteArrayList<>();
  private final TopicFollower follower;
  private volatile long controllerEpoch;

  public WorkflowDirectory(KafkaSettings settings) {
    this.follower =
        new TopicFollower(
            settings, TopicNames.WORKFLOWS, "sluice-workflows", (record, live) -> read(record));
  }

  public WorkflowDirectory start() {
    follower.start();
    return this;
  }

  /** Every record, also of ended workflows, in order of name. */
  public Collection<WorkflowRecord> records() {
    return List.copyOf(records.values());
  }

  public Optional<WorkflowRecord> find(String name) {
    return Optional.ofNullable(records.get(name));
  }

  /**
   * Calls the listener, on the reading thread, with each record read from now on; it must be quick.
   */
  public void addListener(Consumer<WorkflowRecord> listener) {
    listeners.add(listener);
  }

  /** Waits until everything committed before this call has been read. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    follower.awaitEnd(limit);
  }

  /** Waits until the record at the offset has been read. */
  public void awaitOffset(long offset, Duration limit) throws InterruptedException {
    follower.awaitOffset(offset, limit);
  }

  /** The newest epoch drawn by a controller; 0 before the first. */
  public long controllerEpoch() {
    return controllerEpoch;
  }

  /** Since when the topic cannot be read; null while it can. */
  public Instant failingSince() {
    return follower.failingSince();
  }

  private void read(ConsumerRecord<String, byte[]> message) {
    if (message.key().equals(ControllerEpoch.KEY)) {
      controllerEpoch = SluiceJson.read(message.value(), ControllerEpoch.class).controllerEpoch();
      return;
    }
    if (message.value() == null) {
      records.remove(message.key());
      return;
    }
    WorkflowRecord record;
    try {
      record = SluiceJson.read(message.value(), WorkflowRecord.class);
    } catch (UncheckedIOException e) {
      LOG.atError()
          .addKeyValue("workflow", message.key())
          .addKeyValue("offset", message.offset())
          .setCause(e)
          .log("workflow record cannot be read by this version; it is left alone");
      return;
    }
    records.put(message.key(), record);
    listeners.forEach(listener -> listener.accept(record));
  }

  @Override
  public void close() {
    follower.close();
  }
}
