package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
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

  /**
   * Names of the workflows whose newest record this version cannot read: they are in no other list,
   * since what an older record says of them is not true any more.
   */
  public Set<String> unreadable() {
    return Set.copyOf(unreadable);
  }

  /**
   * To be asked by whoever wants to decide for workflows.
   *
   * @throws SluiceException RECORD_UNREADABLE
   */
  public void requireReadable() {
    if (!unreadable.isEmpty()) {
      throw new SluiceException(
          ErrorCode.RECORD_UNREADABLE,
          "this version cannot read the newest records of workflows "
              + new TreeSet<>(unreadable)
              + " in "
              + TopicNames.WORKFLOWS,
          "run the version that wrote them, or a later one; this one stays out of the way");
    }
  }

  void read(ConsumerRecord<String, byte[]> message) {
    String name = message.key();
    WorkflowRecord record = null;
    try {
      if (name.equals(ControllerEpoch.KEY)) {
        controllerEpoch = SluiceJson.read(message.value(), ControllerEpoch.class).controllerEpoch();
      } else if (message.value() != null) {
        record = SluiceJson.read(message.value(), WorkflowRecord.class);
        requireWhole(record);
      }
      unreadable.remove(name);
    } catch (RuntimeException e) {
      refused(message, e);
      return;
    }
    if (record == null) {
      records.remove(name);
    } else {
      records.put(name, record);
      WorkflowRecord read = record;
      listeners.forEach(listener -> listener.accept(read));
    }
  }

  private static void requireWhole(WorkflowRecord record) {
    if (record == null
        || record.uuid() == null
        || record.spec() == null
        || record.state() == null) {
      throw new IllegalArgumentException("a record has a UUID, a spec and a state");
    }
  }

  /**
   * What a newer version has decided counts, though it is not known here; what is no record at all
   * is somebody's mistake with a Kafka tool, and decides nothing.
   */
  private void refused(ConsumerRecord<String, byte[]> message, RuntimeException error) {
    boolean decided = isRecord(message.key(), message.value());
    if (decided) {
      records.remove(message.key());
      unreadable.add(message.key());
    }
    LOG.atError()
        .addKeyValue("workflow", message.key())
        .addKeyValue("offset", message.offset())
        .setCause(error)
        .log(
            decided
                ? "a newer version wrote this record; the one before it does not count any more"
                : "this is no record of a workflow; it is left alone");
  }

  private static boolean isRecord(String key, byte[] value) {
    try {
      JsonNode tree = SluiceJson.read(value, JsonNode.class);
      return tree.isObject() && (key.equals(ControllerEpoch.KEY) || tree.has("uuid"));
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
