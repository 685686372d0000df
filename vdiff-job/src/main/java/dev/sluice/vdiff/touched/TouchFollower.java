package dev.sluice.vdiff.touched;

import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.avro.ChangeDecoder;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.vdiff.scan.MoveSides;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the data topics of the direction with the traffic, and the journals of both directions,
 * and marks the chunks of every key that is named. Anything that is not a plain change of rows
 * marks all chunks: DDL, a copy, rows that the other direction brings, records that are gone before
 * they were read. On a thread of its own.
 */
public final class TouchFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TouchFollower.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PAUSE_MILLIS = 500;

  private final TouchedChunks touched;
  private final MovePlan plan;
  private final Map<String, Object> config;
  private final Map<String, String> tableByTopic = new HashMap<>();
  private final String journal;
  private final String otherJournal;
  private final CutCodec cuts;
  private final CutCodec otherCuts;
  private final ChangeCodecs codecs;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<String, TablePlan> plans = new HashMap<>();
  private final Map<String, ChangeDecoder> decoders = new HashMap<>();
  private final Set<String> tokens = new HashSet<>();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "vdiff-touched");
  private Set<String> awaited = Set.of();
  private CompletableFuture<Void> caughtUp;
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closed;

  /**
   * @param touched what is marked; its positions say where to begin, and the end where it has none
   */
  public TouchFollower(
      KafkaSettings kafka, ChangeCodecs codecs, MoveSides sides, TouchedChunks touched) {
    this.touched = touched;
    this.codecs = codecs;
    this.plan = sides.plan();
    String workflow = sides.record().name();
    TopicNames names = TopicNames.of(workflow, sides.direction());
    this.journal = names.journal();
    this.otherJournal = TopicNames.of(workflow, sides.direction().opposite()).journal();
    this.cuts = new CutCodec(journal, codecs.ids());
    this.otherCuts = new CutCodec(otherJournal, codecs.ids());
    int reads = sides.read().size();
    int writes = sides.written().size();
    for (String table : touched.tables()) {
      tableByTopic.put(names.data(table), table);
      plans.put(table, plan.table(table));
      for (int partition = 0; partition < reads * writes; partition++) {
        partitions.add(new TopicPartition(names.data(table), partition));
      }
    }
    for (int stream = 0; stream < reads; stream++) {
      partitions.add(new TopicPartition(journal, stream));
    }
    for (int stream = 0; stream < writes; stream++) {
      partitions.add(new TopicPartition(otherJournal, stream));
    }
    this.config = kafka.client("sluice-vdiff-touched");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    thread.setDaemon(true);
  }

  /**
   * Begins; when it returns, every change that is committed from now on will be marked.
   *
   * @throws SluiceException KAFKA_UNAVAILABLE
   */
  public TouchFollower start() throws InterruptedException {
    thread.start();
    try {
      started.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw KafkaErrors.classify(e, "follow what is changed");
    }
    return this;
  }

  /** Markers that are about to be written on the servers that the other direction reads. */
  public synchronized void expect(Set<String> markers) {
    awaited = Set.copyOf(markers);
    tokens.clear();
  }

  /**
   * Waits until everything that is committed now has been marked, and the other direction's streams
   * have brought the markers expected.
   *
   * @return false when that did not come about in time
   */
  public boolean catchUp(Duration limit) throws InterruptedException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (this) {
      caughtUp = done;
    }
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw KafkaErrors.classify(e, "follow what is changed");
    }
  }

  private void run() {
    while (!closed) {
      try (KafkaConsumer<byte[], byte[]> opened =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = opened;
        follow(opened);
      } catch (WakeupException | InterruptException e) {
        LOG.atDebug().log("follower of changes woken to close");
      } catch (RuntimeException e) {
        if (!started.isDone()) {
          started.completeExceptionally(e);
          return;
        }
        LOG.atDebug().setCause(e).log("changes cannot be followed now; trying again");
        pause();
      } finally {
        consumer = null;
      }
    }
  }

  private void follow(KafkaConsumer<byte[], byte[]> opened) {
    opened.assign(partitions);
    Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      Long position = touched.position(partition);
      opened.seek(partition, position == null ? ends.get(partition) : position);
      touched.passed(partition, opened.position(partition));
    }
    started.complete(null);
    Map<TopicPartition, Long> goal = null;
    while (!closed) {
      try {
        opened.poll(POLL).forEach(this::read);
      } catch (InvalidOffsetException e) {
        lost(opened, e);
      }
      partitions.forEach(partition -> touched.passed(partition, opened.position(partition)));
      goal = reached(opened, goal);
    }
  }

  /** Records were deleted before they were read: nobody knows what they named. */
  private void lost(KafkaConsumer<byte[], byte[]> opened, InvalidOffsetException error) {
    LOG.atInfo()
        .addKeyValue("vdiff", touched.uuid())
        .addKeyValue("reason", error.getMessage())
        .log("changes were deleted before they were followed; a refresh compares all rows");
    // their new place is settled before the marks, so that nothing falls between
    opened.endOffsets(error.partitions()).forEach(opened::seek);
    touched.touchAll();
  }

  private Map<TopicPartition, Long> reached(
      KafkaConsumer<byte[], byte[]> opened, Map<TopicPartition, Long> goal) {
    CompletableFuture<Void> wanted;
    synchronized (this) {
      wanted = caughtUp;
      if (wanted == null || !tokens.containsAll(awaited)) {
        return null;
      }
    }
    if (goal == null) {
      return opened.endOffsets(partitions);
    }
    boolean there =
        goal.entrySet().stream().allMatch(end -> opened.position(end.getKey()) >= end.getValue());
    if (!there) {
      return goal;
    }
    synchronized (this) {
      if (caughtUp == wanted) {
        caughtUp = null;
      }
    }
    wanted.complete(null);
    return null;
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(journal)) {
      cut(cuts.decode(record.value()));
    } else if (record.topic().equals(otherJournal)) {
      otherCut(otherCuts.decode(record.value()));
    } else {
      change(tableByTopic.get(record.topic()), record);
    }
    touched.passed(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
  }

  private void cut(Cut cut) {
    MovePlan shaped = plan.withShapes(cut.shapes());
    if (plans.entrySet().stream()
        .anyMatch(entry -> !entry.getValue().equals(shaped.table(entry.getKey())))) {
      plans.replaceAll((table, before) -> shaped.table(table));
      decoders.clear();
    }
    boolean plain = cut.kind() == CutKind.STREAM || cut.kind() == CutKind.REPAIR;
    if (!plain || !cut.ddl().isEmpty() || !cut.announced().isEmpty() || cut.dropped() > 0) {
      touched.touchAll();
    }
  }

  /** The other direction brings nothing while this one has the traffic. */
  private void otherCut(Cut cut) {
    synchronized (this) {
      for (Marker marker : cut.markers()) {
        if (awaited.contains(marker.token())) {
          tokens.add(marker.token());
        }
      }
    }
    if (cut.kind() != CutKind.STREAM || cut.records() > 0 || !cut.ddl().isEmpty()) {
      touched.touchAll();
    }
  }

  private void change(String table, ConsumerRecord<byte[], byte[]> record) {
    if (touched.saturated(table)) {
      return;
    }
    TablePlan now = plans.get(table);
    try {
      Object[] key =
          decoders
              .computeIfAbsent(table, unused -> codecs.decoder(record.topic(), now.schema()))
              .decode(record.key(), record.value())
              .key();
      touched.touch(table, now.schema().keyColumns(), key);
    } catch (KafkaException | SluiceException e) {
      // the registry may only be away: the record is read again
      throw e;
    } catch (RuntimeException e) {
      LOG.atInfo().addKeyValue("table", table).setCause(e).log("a change cannot be understood");
      touched.touchAll(table);
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Has the thread end, soon; does not wait for it. */
  public void end() {
    closed = true;
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
  }

  /** Ends the thread; waits at most 5 s. */
  @Override
  public void close() {
    end();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
