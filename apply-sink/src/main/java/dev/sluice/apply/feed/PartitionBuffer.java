package dev.sluice.apply.feed;

import dev.sluice.schemas.avro.ChangeDecoder;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Fetched records of one data partition, and the ranges of known cuts that will take them. Not
 * thread-safe.
 */
final class PartitionBuffer {

  /** What a record is taken for before one has been seen. */
  private static final long UNSEEN_RECORD_BYTES = 200;

  private final TopicPartition partition;
  private final int stream;
  private final int table;
  private final ChangeDecoder decoder;
  private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
  private final Deque<OffsetRange> ranges = new ArrayDeque<>();
  private long bytes;
  private long totalBytes;
  private long totalRecords;
  private long lastOffset = -1;
  private boolean paused;

  PartitionBuffer(TopicPartition partition, int stream, int table, ChangeDecoder decoder) {
    this.partition = partition;
    this.stream = stream;
    this.table = table;
    this.decoder = decoder;
  }

  TopicPartition partition() {
    return partition;
  }

  int stream() {
    return stream;
  }

  int table() {
    return table;
  }

  ChangeDecoder decoder() {
    return decoder;
  }

  boolean paused() {
    return paused;
  }

  void paused(boolean now) {
    paused = now;
  }

  /** Serialized size of the records held. */
  long bytes() {
    return bytes;
  }

  /** Mean serialized size of the records seen so far. */
  long meanRecordBytes() {
    return totalRecords == 0 ? UNSEEN_RECORD_BYTES : totalBytes / totalRecords;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /** Offset of the record fetched last; -1 when none is held. */
  long lastOffset() {
    return lastOffset;
  }

  ConsumerRecord<byte[], byte[]> peek() {
    return records.peek();
  }

  ConsumerRecord<byte[], byte[]> poll() {
    ConsumerRecord<byte[], byte[]> record = records.poll();
    if (record != null) {
      bytes -= size(record);
      lastOffset = records.isEmpty() ? -1 : lastOffset;
    }
    return record;
  }

  /** Takes fetched records in. */
  void add(List<ConsumerRecord<byte[], byte[]>> fetched) {
    long added = 0;
    for (ConsumerRecord<byte[], byte[]> record : fetched) {
      records.add(record);
      added += size(record);
      lastOffset = record.offset();
    }
    bytes += added;
    totalBytes += added;
    totalRecords += fetched.size();
  }

  /** Forgets the records held. */
  void clear() {
    records.clear();
    bytes = 0;
    lastOffset = -1;
  }

  /** Drops records that no range names: orphans of a crash. */
  void dropBefore(long offset) {
    while (!records.isEmpty() && records.peek().offset() < offset) {
      poll();
    }
  }

  /** Ranges of known cuts that still need records from here, the open cut's among them. */
  Deque<OffsetRange> ranges() {
    return ranges;
  }

  static int size(ConsumerRecord<byte[], byte[]> record) {
    return Math.max(record.serializedKeySize(), 0) + Math.max(record.serializedValueSize(), 0);
  }
}
