package dev.sluice.apply.feed;

import dev.sluice.apply.core.CutFeed;
import dev.sluice.apply.core.OpenCut;
import dev.sluice.apply.core.RowChange;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * {@link CutFeed} over one consumer with assigned partitions. {@link #fetch} is the only method
 * that waits. Not thread-safe: the feed's thread owns it.
 */
final class KafkaCutFeed implements CutFeed {

  /**
   * Cuts up to this size are opened only when all their records are there, so that they never hold
   * up a finished one.
   */
  private static final long SMALL_CUT_BYTES = 1 << 20;

  /** Orphans beyond this many offsets are sought over, not read over. */
  private static final long SEEK_AHEAD_RECORDS = 10_000;

  private final Consumer<byte[], byte[]> consumer;
  private final CutCodec codec;
  private final ShardPartitions partitions;
  private final FlowControl flow;
  private final CutArrivals arrivals;

  /** Cursors of the open cut with a change at hand, lowest seq first. */
  private final PriorityQueue<RangeCursor> loaded =
      new PriorityQueue<>(Comparator.comparingLong(c -> c.head().change().seq()));

  /** Cursors of the open cut that wait for records. */
  private final List<RangeCursor> starving = new ArrayList<>();

  private OpenCut open;

  /**
   * @param consumer with all partitions assigned and positions set
   */
  KafkaCutFeed(
      Consumer<byte[], byte[]> consumer,
      CutCodec codec,
      ShardPartitions partitions,
      FlowControl flow,
      CutArrivals arrivals) {
    this.arrivals = arrivals;
    this.consumer = consumer;
    this.codec = codec;
    this.partitions = partitions;
    this.flow = flow;
  }

  /** Fetches what has come, waiting at most so long for something. */
  void fetch(Duration wait) {
    flow.balance(consumer);
    ConsumerRecords<byte[], byte[]> fetched = consumer.poll(wait);
    // data first: a cut registers its ranges against what is already here
    for (PartitionBuffer buffer : partitions.buffers()) {
      List<ConsumerRecord<byte[], byte[]>> records = fetched.records(buffer.partition());
      if (!records.isEmpty()) {
        buffer.add(records);
      }
    }
    for (int stream = 0; stream < partitions.streams(); stream++) {
      for (ConsumerRecord<byte[], byte[]> record : fetched.records(partitions.journal(stream))) {
        enqueue(stream, record);
      }
    }
  }

  @Override
  public OpenCut open(int preferred, IntPredicate closed) {
    if (open != null) {
      throw new IllegalStateException("cut " + open.cut().number() + " is still open");
    }
    int streams = partitions.streams();
    for (int i = 0; i < streams; i++) {
      int stream = (preferred + i) % streams;
      OpenCut next = closed.test(stream) ? null : partitions.queue(stream).peek();
      if (next != null && ready(next)) {
        partitions.queue(stream).remove();
        begin(next);
        return next;
      }
    }
    return null;
  }

  @Override
  public RowChange next() {
    if (open == null) {
      return null;
    }
    load();
    boolean ordered = open.cut().kind() == CutKind.STREAM;
    if (loaded.isEmpty() || ordered && !starving.isEmpty()) {
      return null;
    }
    RangeCursor cursor = loaded.remove();
    RowChange change = cursor.take();
    if (!cursor.done()) {
      starving.add(cursor);
    }
    return change;
  }

  @Override
  public boolean exhausted() {
    if (open == null || !loaded.isEmpty() || !starving.isEmpty()) {
      return false;
    }
    open = null;
    return true;
  }

  /** True when every cut in the journal has been handed out, as far as the broker has told. */
  boolean atEnd() {
    if (open != null) {
      return false;
    }
    for (int stream = 0; stream < partitions.streams(); stream++) {
      boolean read = consumer.currentLag(partitions.journal(stream)).orElse(1) == 0;
      if (!read || !partitions.queue(stream).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Bytes in the data topics that have not been handed out, estimated from the mean record where
   * not fetched yet.
   */
  long backlogBytes() {
    long backlog = 0;
    for (PartitionBuffer buffer : partitions.buffers()) {
      long waiting = consumer.currentLag(buffer.partition()).orElse(0);
      backlog += buffer.bytes() + waiting * buffer.meanRecordBytes();
    }
    return backlog;
  }

  private void enqueue(int stream, ConsumerRecord<byte[], byte[]> record) {
    Cut cut = decode(record);
    long records = 0;
    long bytes = 0;
    for (OffsetRange range : cut.ranges()) {
      PartitionBuffer buffer = partitions.find(stream, range);
      if (buffer != null) {
        register(buffer, range);
        records += range.count();
        bytes += range.bytes();
      }
    }
    arrivals.read(stream, record.offset(), record.timestamp());
    partitions.queue(stream).add(new OpenCut(stream, cut, record.offset(), records, bytes));
  }

  private Cut decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return codec.decode(record.value());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new SluiceException(
          ErrorCode.JOURNAL_GAP,
          record.topic()
              + "-"
              + record.partition()
              + ", offset "
              + record.offset()
              + ": "
              + e.getMessage(),
          "the journal was written by somebody else; copy again with `start --recopy`",
          e);
    }
  }

  /**
   * Makes sure that the range will be read: the first one that names a partition decides where
   * reading begins. A range of the open cut counts until its last record has been taken, else its
   * own records could be sought over.
   */
  private void register(PartitionBuffer buffer, OffsetRange range) {
    if (buffer.ranges().isEmpty()) {
      long position = consumer.position(buffer.partition());
      long next = buffer.isEmpty() ? position : buffer.peek().offset();
      boolean behind = buffer.isEmpty() && position + SEEK_AHEAD_RECORDS < range.first();
      if (next > range.first() || behind) {
        buffer.clear();
        consumer.seek(buffer.partition(), range.first());
      }
    }
    buffer.ranges().add(range);
  }

  private boolean ready(OpenCut cut) {
    if (cut.shardBytes() > SMALL_CUT_BYTES) {
      return true;
    }
    for (OffsetRange range : cut.cut().ranges()) {
      PartitionBuffer buffer = partitions.find(cut.stream(), range);
      if (buffer == null) {
        continue;
      }
      buffer.dropBefore(range.first());
      if (buffer.lastOffset() < range.end() - 1
          && consumer.position(buffer.partition()) < range.end()) {
        return false;
      }
    }
    return true;
  }

  private void begin(OpenCut next) {
    open = next;
    for (OffsetRange range : next.cut().ranges()) {
      PartitionBuffer buffer = partitions.find(next.stream(), range);
      if (buffer != null) {
        starving.add(new RangeCursor(buffer, range));
      }
    }
    flow.reading(starving);
  }

  private void load() {
    for (int i = starving.size() - 1; i >= 0; i--) {
      RangeCursor cursor = starving.get(i);
      cursor.load(consumer::position);
      if (cursor.head() != null) {
        starving.remove(i);
        loaded.add(cursor);
      }
    }
  }
}
