package dev.sluice.capture.journal;

import dev.sluice.schemas.journal.OffsetRange;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * What has been sent to one partition since the last cut: which records are whole, where they begin
 * and end.
 *
 * <p>Sent to by the writer's thread, acknowledged on the producer's own; a partition's
 * acknowledgements come in the order of sending.
 */
public final class PartitionLog implements Callback {

  private static final long NONE = -1;

  private final String table;
  private final int partition;
  private final Consumer<Exception> failures;
  private long sent;
  private long sentBytes;
  private long acknowledged;
  private long whole;
  private long wholeBytes;
  private long firstOffset = NONE;
  private long lastOffset = NONE;
  private long lastWholeOffset = NONE;
  private long firstUnfinishedOffset = NONE;

  /**
   * @param failures told of each record that the brokers did not take
   */
  public PartitionLog(String table, int partition, Consumer<Exception> failures) {
    this.table = table;
    this.partition = partition;
    this.failures = failures;
  }

  /** One more record is on its way; its size in bytes. */
  public synchronized void sent(int bytes) {
    sent++;
    sentBytes += bytes;
  }

  /** Everything sent so far is whole. */
  public synchronized void markWhole() {
    whole = sent;
    wholeBytes = sentBytes;
    if (acknowledged == sent) {
      lastWholeOffset = lastOffset;
    }
  }

  @Override
  public void onCompletion(RecordMetadata metadata, Exception exception) {
    if (exception != null) {
      failures.accept(exception);
      return;
    }
    synchronized (this) {
      acknowledged++;
      lastOffset = metadata.offset();
      if (acknowledged == 1) {
        firstOffset = lastOffset;
      }
      if (acknowledged == whole) {
        lastWholeOffset = lastOffset;
      } else if (acknowledged == whole + 1) {
        firstUnfinishedOffset = lastOffset;
      }
    }
  }

  /** True when there is something to name. */
  public synchronized boolean hasWhole() {
    return whole > 0;
  }

  /** True when everything sent has been named. */
  public synchronized boolean isEmpty() {
    return sent == 0;
  }

  /** The range of whole records; all must be acknowledged. */
  public synchronized OffsetRange range() {
    if (acknowledged != sent) {
      throw new IllegalStateException(
          (sent - acknowledged)
              + " records of "
              + table
              + "-"
              + partition
              + " are not acknowledged");
    }
    return new OffsetRange(table, partition, firstOffset, lastWholeOffset + 1, whole, wholeBytes);
  }

  /** A cut has named the whole records: begin again with what is left. */
  public synchronized void named() {
    sent -= whole;
    acknowledged -= whole;
    sentBytes -= wholeBytes;
    firstOffset = sent == 0 ? NONE : firstUnfinishedOffset;
    whole = 0;
    wholeBytes = 0;
    lastWholeOffset = NONE;
    firstUnfinishedOffset = firstOffset;
  }
}
