package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.capture.journal.KafkaJournalWriter;
import dev.sluice.capture.stream.JournalState;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.stack.StackServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that starts anew can forget a transaction in some of its partitions; readers would wait
 * there for good. Made here by giving the broker's own record of transactions back its former
 * files.
 */
@Tag("capture")
@ExtendWith(SharedStack.class)
class HangingTransactionsTest {

  private static final int COORDINATORS = 4;

  /** The broker has just been started anew. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private CaptureRig rig;
  private StackServer kafka;
  private Path log;

  @BeforeEach
  void plan(StackScope scope) {
    rig = new CaptureRig(scope);
    rig.execute(
        "CREATE TABLE named (id INT NOT NULL PRIMARY KEY)",
        "CREATE TABLE orphan (id INT NOT NULL PRIMARY KEY)",
        "CREATE TABLE quiet (id INT NOT NULL PRIMARY KEY)");
    rig.plan(new TreeMap<>(Map.of("named", "id", "orphan", "id", "quiet", "id")));
    kafka = rig.stack.server("kafka");
    log = rig.stack.directory().resolve("data/kafka/log");
  }

  @Test
  void whatACutNamesIsCommittedAndTheRestIsAborted() throws Exception {
    try (KafkaJournalWriter former = former()) {
      former.fence();
      assertThat(former.readEnd()).isEqualTo(JournalState.EMPTY);
      former.commit(sentCut(former, 1));
      Path before = copyOfTransactionState();

      List<OffsetRange> ranges = send(former, 2);
      leaveOpen(former, cut(2, ranges));
      forgetTransactions(before);
      // as if the cut had got its mark: it names the rows of one table
      commitByAnother(cut(2, List.of(ranges.get(0))));
      assertThat(committed("named")).containsExactly(1);
    }

    try (KafkaJournalWriter next = writer(PausePoints.off())) {
      next.fence();
      JournalState state = next.readEnd();

      assertThat(state.lastCut().number()).isEqualTo(2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(committed("named")).containsExactly(1, 2));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(committed("orphan")).containsExactly(1));
      next.commit(sentCut(next, 3));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(committed("named")).containsExactly(1, 2, 3));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(committed("orphan")).containsExactly(1, 3));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(committed("quiet")).containsExactly(1, 3));
    }
  }

  @Test
  @Tag("soak")
  void aCutThatNobodyHasReadIsCapturedAgain() throws Exception {
    try (KafkaJournalWriter former = former()) {
      former.fence();
      former.commit(sentCut(former, 1));
      Path before = copyOfTransactionState();
      leaveOpen(former, sentCut(former, 2));
      forgetTransactions(before);
    }

    try (KafkaJournalWriter next = writer(PausePoints.off())) {
      next.fence();

      assertThat(next.readEnd().lastCut().number()).isEqualTo(1);
      next.commit(sentCut(next, 2));
      for (String table : List.of("named", "orphan", "quiet")) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(committed(table)).containsExactly(1, 2));
      }
    }
  }

  @Test
  void aStreamThatGoesOnFreesATableThatIsNotWritten() throws Exception {
    try (KafkaJournalWriter writer = writer(PausePoints.off())) {
      writer.fence();
      writer.commit(sentCut(writer, 1));
      Path before = copyOfTransactionState();
      List<OffsetRange> ranges = send(writer, 2);
      forgetTransactions(before);
      commitByAnother(cut(2, ranges));
      try (KafkaJournalWriter next = writer(PausePoints.off())) {
        next.fence();
        // a busy stream: the marks of its newest cut are on their way at each look
        commitElsewhere(next, 3);
        next.endHangingTransactions();
        assertThat(committed("quiet")).containsExactly(1);

        commitElsewhere(next, 4);

        // a look while the journal's own mark is on its way finds nothing out; and the end of a
        // transaction is answered before its marks are written
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  next.endHangingTransactions();
                  assertThat(committed("quiet")).containsExactly(1, 2);
                });
      }
    }
  }

  private void commitElsewhere(KafkaJournalWriter writer, int number) {
    Object[] row = {(long) number};
    writer.send(
        0, 0, new Change(Op.CREATE, row, row, new SourcePosition("g", "f", 1, 1, 1), number));
    writer.markWhole();
    writer.commit(cut(number, writer.flush()));
  }

  private KafkaJournalWriter writer(PausePoints pausePoints) {
    return new KafkaJournalWriter(
        rig.stream(), rig.plan, rig.kafka, ChangeCodecs.wire(rig.schemaIds), pausePoints);
  }

  /** A row into each table. */
  private static List<OffsetRange> send(KafkaJournalWriter writer, int id) {
    for (int table = 0; table < 3; table++) {
      Object[] row = {(long) id};
      writer.send(
          table, 0, new Change(Op.CREATE, row, row, new SourcePosition("g", "f", 1, 1, 1), id));
    }
    writer.markWhole();
    return writer.flush();
  }

  private Cut sentCut(KafkaJournalWriter writer, int number) {
    return cut(number, send(writer, number));
  }

  private Cut cut(int number, List<OffsetRange> ranges) {
    return new Cut(
        rig.uuid,
        "-",
        1,
        number,
        number == 1 ? 0 : 1,
        CutKind.STREAM,
        "",
        1,
        ranges,
        number,
        Map.of(),
        List.of(),
        List.of(),
        null,
        -1,
        true,
        true);
  }

  /** Sends the cut, and fails before its transaction is committed. */
  private void leaveOpen(KafkaJournalWriter former, Cut cut) throws IOException {
    delete(pauses());
    Files.writeString(pauses(), "no directory: pausing fails");
    assertThatThrownBy(() -> former.commit(cut)).isInstanceOf(UncheckedIOException.class);
    former.flush();
  }

  private Path pauses() {
    return directory.resolve("pauses");
  }

  private KafkaJournalWriter former() throws IOException {
    Files.createDirectories(pauses());
    Files.writeString(pauses().resolve(CapturePausePoints.BEFORE_COMMIT + ".go"), "");
    return writer(
        PausePoints.fromEnvironment(
            Map.of(
                "SLUICE_PAUSE",
                CapturePausePoints.BEFORE_COMMIT,
                "SLUICE_PAUSE_DIR",
                pauses().toString())));
  }

  private void commitByAnother(Cut cut) {
    Map<String, Object> config = rig.kafka.client("another");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      String journal = rig.names().journal();
      byte[] value = new CutCodec(journal, rig.schemaIds).encode(cut);
      producer.send(new ProducerRecord<>(journal, 0, new byte[0], value));
      producer.flush();
    }
  }

  private Path copyOfTransactionState() throws IOException {
    awaitEndOfTransactions();
    Path copy = directory.resolve("transactions");
    kafka.stop();
    for (int partition = 0; partition < COORDINATORS; partition++) {
      copy(log.resolve("__transaction_state-" + partition), copy.resolve("" + partition));
    }
    kafka.start();
    return copy;
  }

  /**
   * A commit is answered before its marks are written. Only of this stream: processes that other
   * tests have killed leave transactions open for a minute.
   */
  private void awaitEndOfTransactions() {
    try (Admin admin = Admin.create(rig.kafka.client("look"))) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  admin.listTransactions().all().get().stream()
                      .filter(transaction -> transaction.transactionalId().contains(rig.uuid))
                      .allMatch(
                          transaction ->
                              transaction.state() == TransactionState.COMPLETE_COMMIT
                                  || transaction.state() == TransactionState.COMPLETE_ABORT
                                  || transaction.state() == TransactionState.EMPTY));
    }
  }

  private void forgetTransactions(Path before) throws IOException {
    kafka.stop();
    for (int partition = 0; partition < COORDINATORS; partition++) {
      Path state = log.resolve("__transaction_state-" + partition);
      delete(state);
      copy(before.resolve("" + partition), state);
    }
    kafka.start();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void delete(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      files.forEach(
          file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    Files.delete(where);
  }

  /** Ids of the table that readers of committed records can read now. */
  private List<Integer> committed(String table) {
    Map<String, Object> config = rig.kafka.client("look");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    String topic = rig.names().data(table);
    TopicPartition partition = new TopicPartition(topic, 0);
    var decoder = ChangeCodecs.wire(rig.schemaIds).decoder(topic, rig.plan.table(table).schema());
    List<Integer> ids = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.value() != null) {
            ids.add(((Long) decoder.decode(record.key(), record.value()).key()[0]).intValue());
          }
        }
      }
    }
    return ids;
  }
}
