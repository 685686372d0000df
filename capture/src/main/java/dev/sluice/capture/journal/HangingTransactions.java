package dev.sluice.capture.journal;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.kafka.SafeCommit;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what the brokers left open: a transaction that its coordinator has completed without a mark
 * in every partition. A coordinator that starts while it does not know the partitions' leaders yet
 * leaves them out ("Couldn't find leader endpoint"), and readers of committed records then wait at
 * the transaction's first record for good.
 *
 * <p>A partition of a stream has one writer (I1), and its producer id outlives a restart. The mark
 * of its next transaction in the partition ends the hanging one too, in the same way. So a record
 * that no cut names is sent, and aborted or committed:
 *
 * <ul>
 *   <li>In the journal: aborted. Nobody has read the cut, whatever became of it; its source
 *       transactions are captured again.
 *   <li>In a data partition: committed if a cut in the journal names records behind the place (the
 *       cut's transaction was committed, then), else aborted: they lie outside every cut and do not
 *       exist (I3).
 * </ul>
 *
 * Used by the stream's thread, with no transaction open.
 */
final class HangingTransactions {

  private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);

  /** Marks that are on their way have this long to arrive. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /**
   * Those of what has just been ended from here; brokers that have just started take their time.
   */
  private static final Duration ENDED = Duration.ofSeconds(15);

  private static final long WAIT_NANOS = 20_000_000L;

  private final JournalReader reader;
  private final Producer<byte[], byte[]> producer;
  private final Map<TopicPartition, String> tables;
  private Map<TopicPartition, Long> seenBefore = Map.of();

  /**
   * @param tables the data partitions that the stream writes, each with its table
   */
  HangingTransactions(
      JournalReader reader, Producer<byte[], byte[]> producer, Map<TopicPartition, String> tables) {
    this.reader = reader;
    this.producer = producer;
    this.tables = Map.copyOf(tables);
  }

  /**
   * After fencing, before the journal is read: no transaction of the stream is under way.
   *
   * @throws SluiceException KAFKA_UNAVAILABLE when one hangs that this producer cannot end
   */
  void end() {
    Set<TopicPartition> all = new HashSet<>(tables.keySet());
    all.add(reader.partition());
    Map<TopicPartition, Long> open = openAfter(GRACE, all);
    if (open.remove(reader.partition()) != null) {
      abort(Set.of(reader.partition()));
    }
    endInData(open);
    Map<TopicPartition, Long> left = openAfter(ENDED, all);
    if (!left.isEmpty()) {
      throw new SluiceException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "transactions hang in "
              + left
              + " (partition=first offset) and cannot be ended from here",
          "end them with kafka-transactions.sh abort; Sluice goes on by itself");
    }
  }

  /**
   * While the stream runs, between transactions: a data partition that is written rarely would wait
   * for its next record. The journal's next cut ends what hangs there; the mark of the newest one
   * may be on its way still, and until it is there nobody knows what that cut names.
   */
  void endSeenTwice() {
    if (!openAfter(GRACE, Set.of(reader.partition())).isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> open = reader.open(tables.keySet());
    Map<TopicPartition, Long> twice = new HashMap<>(open);
    twice.entrySet().retainAll(seenBefore.entrySet());
    seenBefore = open;
    endInData(twice);
  }

  private void endInData(Map<TopicPartition, Long> open) {
    if (open.isEmpty()) {
      return;
    }
    Set<TopicPartition> named = named(open);
    Set<TopicPartition> orphans = new HashSet<>(open.keySet());
    orphans.removeAll(named);
    commit(named);
    abort(orphans);
  }

  private Set<TopicPartition> named(Map<TopicPartition, Long> open) {
    Map<OffsetRangeKey, TopicPartition> wanted = new HashMap<>();
    open.keySet().forEach(p -> wanted.put(new OffsetRangeKey(tables.get(p), p.partition()), p));
    Set<TopicPartition> named = new HashSet<>();
    reader.forEachCut(
        cut -> {
          for (OffsetRange range : cut.ranges()) {
            TopicPartition p = wanted.get(new OffsetRangeKey(range.table(), range.partition()));
            if (p != null && range.end() > open.get(p)) {
              named.add(p);
            }
          }
        });
    return named;
  }

  private record OffsetRangeKey(String table, int partition) {}

  private Map<TopicPartition, Long> openAfter(Duration grace, Set<TopicPartition> partitions) {
    long deadline = System.nanoTime() + grace.toNanos();
    while (true) {
      Map<TopicPartition, Long> open = reader.open(partitions);
      if (open.isEmpty() || System.nanoTime() > deadline) {
        return open;
      }
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  private void abort(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      say(partitions, "aborting");
      sendNothing(partitions);
      producer.abortTransaction();
    }
  }

  private void commit(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      say(partitions, "committing");
      sendNothing(partitions);
      SafeCommit.commit(producer);
    }
  }

  private static void say(Collection<TopicPartition> partitions, String what) {
    LOG.atWarn()
        .addKeyValue("partitions", partitions)
        .log("the brokers left a transaction without its end; " + what + " it");
  }

  private void sendNothing(Collection<TopicPartition> partitions) {
    producer.beginTransaction();
    for (TopicPartition p : partitions) {
      producer.send(new ProducerRecord<>(p.topic(), p.partition(), null, null));
    }
    producer.flush();
  }

  /** Where readers of committed records stop before the end, of the partitions given. */
  static Map<TopicPartition, Long> open(
      Consumer<byte[], byte[]> uncommitted,
      Consumer<byte[], byte[]> committed,
      Collection<TopicPartition> partitions) {
    // in this order: what is ended in between does not count as open
    Map<TopicPartition, Long> written = uncommitted.endOffsets(partitions);
    Map<TopicPartition, Long> stable = new HashMap<>(committed.endOffsets(List.copyOf(partitions)));
    stable.entrySet().removeIf(place -> place.getValue() >= written.get(place.getKey()));
    return stable;
  }
}
