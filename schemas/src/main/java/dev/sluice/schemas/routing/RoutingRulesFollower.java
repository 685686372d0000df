package dev.sluice.schemas.routing;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the routing rules and shows them epoch by epoch, each whole: all tables of a workflow
 * flip at once. Thread-safe.
 */
public final class RoutingRulesFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RoutingRulesFollower.class);

  private final List<Consumer<RoutingTable>> listeners = new CopyOnWriteArrayList<>();
  private final RoutingEpochs epochs = new RoutingEpochs();
  private final TopicFollower follower;
  private volatile RoutingTable table = RoutingTable.EMPTY;
  private boolean live;
  private boolean shown;

  public RoutingRulesFollower(KafkaSettings settings) {
    this.follower =
        new TopicFollower(settings, TopicNames.ROUTING_RULES, "sluice-routing-rules", this::read);
  }

  /** Begins to follow; call once. Nothing is shown before {@link #awaitEnd} or the next change. */
  public RoutingRulesFollower start() {
    follower.start();
    return this;
  }

  /** The rules as they are known now; {@link RoutingTable#EMPTY} before any was read. */
  public RoutingTable table() {
    return table;
  }

  /**
   * Calls the listener with each new table from now on, on the reading thread: it must be quick.
   */
  public void addListener(Consumer<RoutingTable> listener) {
    listeners.add(listener);
  }

  /**
   * Waits until everything committed before this call is in {@link #table()}.
   *
   * @throws dev.sluice.schemas.error.SluiceException KAFKA_UNAVAILABLE when that takes longer
   */
  public void awaitEnd(Duration limit) throws InterruptedException {
    follower.awaitEnd(limit);
    settle();
  }

  /** Waits until the record at the offset has been read; as {@link #awaitEnd}. */
  public void awaitOffset(long offset, Duration limit) throws InterruptedException {
    follower.awaitOffset(offset, limit);
  }

  /** Since when the topic cannot be read; null while it can. */
  public Instant failingSince() {
    return follower.failingSince();
  }

  private synchronized void read(ConsumerRecord<String, byte[]> message, boolean isLive) {
    if (isLive && !live) {
      live = true;
      epochs.settle();
    }
    boolean whole;
    if (message.value() == null) {
      whole =
          epochs.accept(
              message.key(),
              null,
              RoutingRecords.epoch(message.headers()),
              RoutingRecords.inEpoch(message.headers()));
    } else {
      RoutingRule rule;
      try {
        rule = SluiceJson.read(message.value(), RoutingRule.class);
      } catch (UncheckedIOException e) {
        LOG.atError()
            .addKeyValue("key", message.key())
            .addKeyValue("offset", message.offset())
            .setCause(e)
            .log("routing rule cannot be read by this version; it is left alone");
        return;
      }
      whole = epochs.accept(message.key(), rule, rule.rulesEpoch(), rule.rulesInEpoch());
    }
    if (whole && live) {
      show();
    }
  }

  /** What was there at the start ends with a whole transaction, whatever compaction has taken. */
  private synchronized void settle() {
    if (!shown) {
      epochs.settle();
      show();
    }
  }

  private void show() {
    shown = true;
    table = epochs.table();
    listeners.forEach(listener -> listener.accept(table));
  }

  @Override
  public void close() {
    follower.close();
  }
}
