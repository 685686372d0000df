package dev.sluice.apply.feed;

import dev.sluice.apply.core.RowChange;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.OffsetRange;
import java.io.UncheckedIOException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads one range of the open cut, the buffer's first, record by record, counts them, and takes the
 * range off the buffer with its last record. Not thread-safe.
 */
final class RangeCursor {

  private final PartitionBuffer buffer;
  private final OffsetRange range;
  private long remaining;
  private RowChange head;

  RangeCursor(PartitionBuffer buffer, OffsetRange range) {
    this.buffer = buffer;
    this.range = range;
    this.remaining = range.count();
  }

  PartitionBuffer buffer() {
    return buffer;
  }

  /** Nothing left. */
  boolean done() {
    return remaining == 0 && head == null;
  }

  /** The next change, decoded and not taken yet; null before {@link #load}. */
  RowChange head() {
    return head;
  }

  RowChange take() {
    RowChange taken = head;
    head = null;
    return taken;
  }

  /**
   * Decodes the next record if it has arrived.
   *
   * @param position the consumer's position in a partition
   */
  void load(ToLongFunction<TopicPartition> position) {
    if (head != null || remaining == 0) {
      return;
    }
    buffer.dropBefore(range.first());
    ConsumerRecord<byte[], byte[]> next = buffer.peek();
    if (next == null && position.applyAsLong(buffer.partition()) < range.end()) {
      return;
    }
    if (next == null || next.offset() >= range.end()) {
      throw new SluiceException(
          ErrorCode.JOURNAL_GAP,
          buffer.partition()
              + ": "
              + remaining
              + " of "
              + range.count()
              + " records are missing from offsets "
              + range.first()
              + " to "
              + (range.end() - 1)
              + " that a cut names",
          "records were deleted or written by somebody else; copy again with `start --recopy`");
    }
    buffer.poll();
    remaining--;
    if (remaining == 0) {
      buffer.ranges().poll();
    }
    int size = PartitionBuffer.size(next);
    head = new RowChange(buffer.table(), decode(next), size);
  }

  private Change decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return buffer.decoder().decode(record.key(), record.value());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new SluiceException(
          ErrorCode.JOURNAL_GAP,
          buffer.partition()
              + ", offset "
              + record.offset()
              + ": the record cannot be read: "
              + e.getMessage(),
          "the topic was written by somebody else; copy again with `start --recopy`",
          e);
    }
  }
}
