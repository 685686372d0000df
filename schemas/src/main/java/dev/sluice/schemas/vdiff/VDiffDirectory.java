package dev.sluice.schemas.vdiff;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every VDiff as it stands in {@code sluice.vdiffs}, kept up to date. Thread-safe. */
public final class VDiffDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffDirectory.class);
  private static final String ORDER = "order";
  private static final String RESULT = "result";
  private static final int MOST_GONE = 10_000;

  private final Map<String, VDiffOrder> orders = new ConcurrentHashMap<>();
  private final Map<String, VDiffResult> results = new ConcurrentHashMap<>();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final TopicFollower follower;

  public VDiffDirectory(KafkaSettings settings) {
    this.follower =
        new TopicFollower(
            settings, TopicNames.VDIFFS, "sluice-vdiffs", (record, live) -> read(record));
  }

  public VDiffDirectory start() {
    follower.start();
    return this;
  }

  /** Key of an order's record. */
  public static String orderKey(String workflowUuid, String uuid) {
    return workflowUuid + "/" + uuid + "/" + ORDER;
  }

  /** Key of a result's record. */
  public static String resultKey(String workflowUuid, String uuid) {
    return workflowUuid + "/" + uuid + "/" + RESULT;
  }

  /** Every VDiff of the workflow, oldest first. */
  public List<VDiffEntry> of(String workflowUuid) {
    List<VDiffEntry> found = new ArrayList<>();
    for (VDiffOrder order : orders.values()) {
      if (order.workflowUuid().equals(workflowUuid) && !order.deleted()) {
        found.add(entry(order));
      }
    }
    found.sort(Comparator.comparing(entry -> entry.order().createdAt()));
    return found;
  }

  public Optional<VDiffEntry> find(String workflowUuid, String uuid) {
    return Optional.ofNullable(orders.get(uuid))
        .filter(order -> order.workflowUuid().equals(workflowUuid) && !order.deleted())
        .map(this::entry);
  }

  /** UUIDs of VDiffs of the workflow that are to be removed with all that they have found. */
  public List<String> deleted(String workflowUuid) {
    return orders.values().stream()
        .filter(order -> order.workflowUuid().equals(workflowUuid) && order.deleted())
        .map(VDiffOrder::uuid)
        .toList();
  }

  /** True when the workflow had such a VDiff and it was deleted, as far as it is remembered. */
  public boolean wasDeleted(String workflowUuid, String uuid) {
    VDiffOrder order = orders.get(uuid);
    boolean beingDeleted =
        order != null && order.deleted() && order.workflowUuid().equals(workflowUuid);
    return beingDeleted || gone.contains(orderKey(workflowUuid, uuid));
  }

  /** The workflow's newest VDiff, whatever its state. */
  public Optional<VDiffEntry> last(String workflowUuid) {
    List<VDiffEntry> all = of(workflowUuid);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  private VDiffEntry entry(VDiffOrder order) {
    return new VDiffEntry(order, Optional.ofNullable(results.get(order.uuid())));
  }

  /** Calls the listener, on the reading thread, after each change; it must be quick. */
  public void addListener(Runnable listener) {
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

  private void read(ConsumerRecord<String, byte[]> message) {
    String[] key = message.key().split("/", -1);
    if (key.length != 3) {
      return;
    }
    try {
      if (key[2].equals(ORDER)) {
        if (message.value() == null && gone.size() < MOST_GONE) {
          gone.add(message.key());
        }
        put(orders, key[1], message.value(), VDiffOrder.class);
      } else if (key[2].equals(RESULT)) {
        put(results, key[1], message.value(), VDiffResult.class);
      }
    } catch (UncheckedIOException e) {
      LOG.atError()
          .addKeyValue("key", message.key())
          .addKeyValue("offset", message.offset())
          .setCause(e)
          .log("VDiff record cannot be read by this version; it is left alone");
      return;
    }
    listeners.forEach(Runnable::run);
  }

  private static <T> void put(Map<String, T> map, String uuid, byte[] value, Class<T> type) {
    if (value == null) {
      map.remove(uuid);
    } else {
      map.put(uuid, SluiceJson.read(value, type));
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
