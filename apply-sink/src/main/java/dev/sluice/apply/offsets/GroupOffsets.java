package dev.sluice.apply.offsets;

import dev.sluice.apply.core.StreamPlace;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits how far the shard is to a group without members. Nothing is ever read back from there:
 * the checkpoint alone says where to go on. Belongs to the feed's thread, except {@link #applied}.
 */
public final class GroupOffsets {

  private static final Logger log = LoggerFactory.getLogger(GroupOffsets.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** At the end of everything: a lag tool shall not see the last second's heartbeat as lag. */
  private static final Duration INTERVAL_AT_END = Duration.ofMillis(100);

  private record Handed(long cut, Map<TopicPartition, Long> ends) {}

  private final Clock clock;
  private final Map<Integer, Deque<Handed>> handed = new HashMap<>();
  private final AtomicReferenceArray<StreamPlace> applied;
  private final Map<TopicPartition, Long> due = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private boolean failing;
  private long lastMillis;

  public GroupOffsets(int streams, Clock clock) {
    this.clock = clock;
    this.applied = new AtomicReferenceArray<>(streams);
    for (int i = 0; i < streams; i++) {
      handed.put(i, new ArrayDeque<>());
    }
  }

  /** A cut has been opened; {@code ends} are the offsets to commit when it has been applied. */
  public void opened(int stream, long cut, Map<TopicPartition, Long> ends) {
    handed.get(stream).add(new Handed(cut, ends));
  }

  /** A transaction has been committed on the shard. Called from the applier's thread. */
  public void applied(StreamPlace place) {
    applied.set(place.stream(), place);
  }

  /**
   * Commits when it is time to.
   *
   * @param atEnd everything in the topics has been handed out: then the consumer's own positions
   *     count, which lie past the marks of Kafka transactions
   */
  public void tick(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, boolean atEnd) {
    long now = clock.millis();
    Duration interval = atEnd && !failing ? INTERVAL_AT_END : INTERVAL;
    if (now - lastMillis < interval.toMillis()) {
      return;
    }
    lastMillis = now;
    boolean allApplied = collect();
    if (allApplied && atEnd) {
      for (TopicPartition partition : partitions) {
        due.put(partition, consumer.position(partition));
      }
    }
    due.entrySet().removeIf(e -> e.getValue().equals(committed.get(e.getKey())));
    if (!due.isEmpty()) {
      commit(consumer);
    }
  }

  private boolean collect() {
    boolean allApplied = true;
    for (Map.Entry<Integer, Deque<Handed>> stream : handed.entrySet()) {
      StreamPlace place = applied.get(stream.getKey());
      Deque<Handed> waiting = stream.getValue();
      while (place != null && !waiting.isEmpty() && waiting.peek().cut() <= place.cut()) {
        due.putAll(waiting.remove().ends());
      }
      allApplied &= waiting.isEmpty();
    }
    return allApplied;
  }

  private void commit(Consumer<byte[], byte[]> consumer) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    due.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
    committed.putAll(due);
    due.clear();
    consumer.commitAsync(
        offsets,
        (ignored, error) -> {
          failing = error != null;
          if (error != null) {
            // only lag tools see these offsets: said once in a while, tried again with the next
            // ones
            committed.keySet().removeAll(offsets.keySet());
            log.atDebug().setCause(error).log("group offsets not committed");
          }
        });
  }
}
