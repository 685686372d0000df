package dev.sluice.apply.feed;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.apply.core.OpenCut;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Bounds what is fetched ahead by pausing partitions. What the open cut and the next cut of each
 * stream need is never paused for the sake of others, so the feed cannot starve. Not thread-safe.
 */
final class FlowControl {

  private final ShardPartitions partitions;
  private final ApplyLimits limits;
  private final boolean[] journalPaused;
  private List<RangeCursor> reading = List.of();

  FlowControl(ShardPartitions partitions, ApplyLimits limits) {
    this.partitions = partitions;
    this.limits = limits;
    this.journalPaused = new boolean[partitions.streams()];
  }

  /** Names the cursors of the cut just opened. */
  void reading(List<RangeCursor> cursors) {
    reading = List.copyOf(cursors);
  }

  void balance(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    long held = partitions.buffers().stream().mapToLong(PartitionBuffer::bytes).sum();
    Set<PartitionBuffer> needed = held < limits.fetchBytes() ? Set.of() : needed();
    for (PartitionBuffer buffer : partitions.buffers()) {
      long cap = buffer.paused() ? limits.partitionBytes() / 2 : limits.partitionBytes();
      boolean room = held < limits.fetchBytes() || needed.contains(buffer);
      boolean wanted = buffer.isEmpty() && room || buffer.bytes() < cap && room;
      if (wanted == buffer.paused()) {
        buffer.paused(!wanted);
        (wanted ? resume : pause).add(buffer.partition());
      }
    }
    for (int stream = 0; stream < journalPaused.length; stream++) {
      int cap = journalPaused[stream] ? limits.cutsWaiting() / 2 : limits.cutsWaiting();
      boolean wanted = partitions.queue(stream).size() <= cap;
      if (wanted == journalPaused[stream]) {
        journalPaused[stream] = !wanted;
        (wanted ? resume : pause).add(partitions.journal(stream));
      }
    }
    if (!pause.isEmpty()) {
      consumer.pause(pause);
    }
    if (!resume.isEmpty()) {
      consumer.resume(resume);
    }
  }

  private Set<PartitionBuffer> needed() {
    Set<PartitionBuffer> needed = new HashSet<>();
    for (RangeCursor cursor : reading) {
      if (!cursor.done()) {
        needed.add(cursor.buffer());
      }
    }
    for (int stream = 0; stream < partitions.streams(); stream++) {
      OpenCut next = partitions.queue(stream).peek();
      if (next == null) {
        continue;
      }
      for (OffsetRange range : next.cut().ranges()) {
        PartitionBuffer buffer = partitions.find(stream, range);
        if (buffer != null) {
          needed.add(buffer);
        }
      }
    }
    return needed;
  }
}
