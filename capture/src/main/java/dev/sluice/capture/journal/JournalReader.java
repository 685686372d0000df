package dev.sluice.capture.journal;

import dev.sluice.capture.stream.JournalState;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.workflow.StreamId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the last cut of one stream's journal partition. Used by one thread. */
final class JournalReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final long WAIT_NANOS = 20_000_000L;
  private static final long FIRST_STEP_BACK = 64;
  private static final long STEP_FACTOR = 16;

  private final KafkaSettings kafka;
  private final StreamId stream;
  private final TopicPartition partition;
  private final CutCodec codec;

  /** Asked every few seconds while the stream runs: to connect each time would hold it up. */
  private Consumer<byte[], byte[]> uncommittedEnds;

  private Consumer<byte[], byte[]> committedEnds;

  private record Found(long offset, Cut cut) {}

  JournalReader(KafkaSettings kafka, StreamId stream, String journal, CutCodec codec) {
    this.kafka = kafka;
    this.stream = stream;
    this.partition = new TopicPartition(journal, stream.number());
    this.codec = codec;
  }

  TopicPartition partition() {
    return partition;
  }

  /**
   * Those of the partitions in which a transaction is open, with its first offset.
   *
   * @see HangingTransactions
   */
  Map<TopicPartition, Long> open(Collection<TopicPartition> partitions) {
    try {
      if (uncommittedEnds == null) {
        uncommittedEnds = consumer(IsolationLevel.READ_UNCOMMITTED);
        committedEnds = consumer(IsolationLevel.READ_COMMITTED);
      }
      return HangingTransactions.open(uncommittedEnds, committedEnds, partitions);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Ends the connections that {@link #open} keeps; a later call opens them again. */
  @Override
  public void close() {
    close(uncommittedEnds);
    close(committedEnds);
    uncommittedEnds = null;
    committedEnds = null;
  }

  private void close(Consumer<byte[], byte[]> consumer) {
    try {
      if (consumer != null) {
        consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
      }
    } catch (KafkaException e) {
      // an interrupted thread's: the connection is closed all the same
      LOG.atDebug().addKeyValue("journal", partition).setCause(e).log("closing failed");
    }
  }

  /** Every committed cut that is there now, in order; waits for what is just being ended. */
  void forEachCut(java.util.function.Consumer<Cut> action) {
    long written = end(IsolationLevel.READ_UNCOMMITTED);
    try (Consumer<byte[], byte[]> consumer = consumer(IsolationLevel.READ_COMMITTED)) {
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      long end = awaitCommitted(consumer, written);
      read(consumer, begin, end, found -> action.accept(found.cut()));
    }
  }

  JournalState readEnd() {
    long written = end(IsolationLevel.READ_UNCOMMITTED);
    try (Consumer<byte[], byte[]> consumer = consumer(IsolationLevel.READ_COMMITTED)) {
      long end = awaitCommitted(consumer, written);
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      Found last = last(consumer, begin, end);
      if (last == null) {
        return JournalState.EMPTY;
      }
      check(last.cut());
      return withProgress(consumer, begin, end, last);
    }
  }

  /**
   * After fencing no transaction is open, so everything written is committed or aborted, or will be
   * at once.
   */
  private long awaitCommitted(Consumer<byte[], byte[]> consumer, long written) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      long stable = consumer.endOffsets(List.of(partition)).get(partition);
      if (stable >= written) {
        return stable;
      }
      if (System.nanoTime() > deadline) {
        throw new SluiceException(
            ErrorCode.KAFKA_UNAVAILABLE,
            "journal "
                + partition
                + " has an open transaction at "
                + stable
                + ", before its end "
                + written,
            "wait for the brokers to finish it; Sluice goes on by itself");
      }
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  private Found last(Consumer<byte[], byte[]> consumer, long begin, long end) {
    for (long back = FIRST_STEP_BACK; ; back *= STEP_FACTOR) {
      long from = Math.max(begin, end - back);
      Found found = lastBetween(consumer, from, end);
      if (found != null || from == begin) {
        return found;
      }
    }
  }

  private Found lastBetween(Consumer<byte[], byte[]> consumer, long from, long end) {
    Found[] found = {null};
    read(consumer, from, end, next -> found[0] = next);
    return found[0];
  }

  /** What lies before every checkpoint is deleted now and then: it can be gone by now. */
  private ConsumerRecords<byte[], byte[]> poll(Consumer<byte[], byte[]> consumer) {
    try {
      return consumer.poll(POLL);
    } catch (InvalidOffsetException e) {
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      if (begin <= consumer.position(partition)) {
        throw e;
      }
      consumer.seek(partition, begin);
      return ConsumerRecords.empty();
    }
  }

  private void read(
      Consumer<byte[], byte[]> consumer,
      long from,
      long end,
      java.util.function.Consumer<Found> action) {
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : poll(consumer)) {
        if (record.offset() < end) {
          action.accept(new Found(record.offset(), codec.decode(record.value())));
          deadline = System.nanoTime() + LONGEST.toNanos();
        }
      }
      if (System.nanoTime() > deadline) {
        throw new SluiceException(
            ErrorCode.KAFKA_UNAVAILABLE,
            "journal " + partition + " cannot be read to its end " + end,
            "wait for the brokers to recover; Sluice goes on by itself");
      }
    }
  }

  private JournalState withProgress(
      Consumer<byte[], byte[]> consumer, long begin, long end, Found last) {
    Cut cut = last.cut();
    if (cut.kind() == CutKind.COPY) {
      return new JournalState(cut, last.offset(), cut.copyProgress());
    }
    long offset = cut.lastCopyCutOffset();
    if (offset < 0) {
      return new JournalState(cut, -1, null);
    }
    if (offset >= begin) {
      Found copy = lastBetween(consumer, offset, Math.min(end, offset + 1));
      if (copy != null && copy.cut().kind() == CutKind.COPY) {
        return new JournalState(cut, offset, copy.cut().copyProgress());
      }
    }
    if (cut.copyComplete()) {
      return new JournalState(cut, offset, null);
    }
    throw new SluiceException(
        ErrorCode.JOURNAL_GAP,
        "journal " + partition + " names a COPY cut at " + offset + ", which is not there",
        "records of the journal were deleted by somebody else: cancel the workflow and begin again");
  }

  private void check(Cut cut) {
    if (!cut.workflowUuid().equals(stream.workflowUuid())) {
      throw new SluiceException(
          ErrorCode.JOURNAL_GAP,
          "journal "
              + partition
              + " belongs to workflow "
              + cut.workflowUuid()
              + ", not "
              + stream.workflowUuid(),
          "delete the topics of the former workflow of this name, then begin again");
    }
  }

  private long end(IsolationLevel isolation) {
    try (Consumer<byte[], byte[]> consumer = consumer(isolation)) {
      return consumer.endOffsets(List.of(partition)).get(partition);
    }
  }

  private Consumer<byte[], byte[]> consumer(IsolationLevel isolation) {
    Map<String, Object> config =
        kafka.client("sluice-journal-" + stream.workflowUuid() + "-" + stream.number());
    config.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString().toLowerCase(Locale.ROOT));
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(config);
    consumer.assign(List.of(partition));
    return consumer;
  }
}
