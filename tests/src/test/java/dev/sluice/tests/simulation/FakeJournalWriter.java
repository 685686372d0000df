package dev.sluice.tests.simulation;

import dev.sluice.capture.journal.PartitionLog;
import dev.sluice.capture.stream.JournalState;
import dev.sluice.capture.stream.JournalWriter;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * {@link JournalWriter} on the fake broker, with the product's own count of what is whole. Not
 * thread-safe.
 */
final class FakeJournalWriter implements JournalWriter {

  static final int RECORD_BYTES = 10;

  /** Acknowledgements name a partition, which nobody looks at. */
  private static final TopicPartition PARTITION = new TopicPartition("data", 0);

  /** One partition: the product's own bookkeeping, and acknowledgements that are on their way. */
  private static final class Sent {
    private final PartitionLog log;
    private final Deque<Long> unacknowledged = new ArrayDeque<>();

    private Sent(String table, int partition) {
      this.log = new PartitionLog(table, partition, FakeJournalWriter::refuse);
    }

    private void acknowledge(int records) {
      for (int i = 0; i < records && !unacknowledged.isEmpty(); i++) {
        log.onCompletion(new RecordMetadata(PARTITION, unacknowledged.remove(), 0, 0, 0, 0), null);
      }
    }
  }

  private record Place(int table, int partition) {}

  private final SimulatedProcess process;
  private final World world;
  private final int stream;
  private final Map<Place, Sent> sent = new LinkedHashMap<>();
  private long epoch = -1;
  private long openBytes;
  private boolean open;

  FakeJournalWriter(SimulatedProcess process, int stream) {
    this.process = process;
    this.world = process.world();
    this.stream = stream;
  }

  @Override
  public void fence() {
    process.at("fence");
    epoch = world.broker.initTransactions(stream);
    world.trace.say(() -> process + " fences, producer epoch " + epoch);
    process.at("fenced");
  }

  @Override
  public JournalState readEnd() {
    process.at("read the journal");
    FakeLog log = world.broker.journal(stream);
    for (long offset = log.lastStableOffset() - 1; offset >= 0; offset--) {
      if (log.committed(offset) instanceof Cut last) {
        long copyOffset = last.kind() == CutKind.COPY ? offset : last.lastCopyCutOffset();
        Cut copy = copyOffset < 0 ? null : (Cut) log.committed(copyOffset);
        if (copy != null && !last.copyComplete()) {
          world.tally.count(Happening.COPY_RESUMED);
        }
        world.trace.say(() -> process + " continues after cut " + last.number());
        return new JournalState(last, copyOffset, copy == null ? null : copy.copyProgress());
      }
    }
    return JournalState.EMPTY;
  }

  @Override
  public void send(int table, int partition, Change change) {
    process.at("send");
    long offset = world.broker.send(stream, epoch, world.broker.data(table, partition), change);
    String name = world.tables.plan.tables().get(table).name();
    Sent to = sent.computeIfAbsent(new Place(table, partition), p -> new Sent(name, partition));
    to.log.sent(RECORD_BYTES);
    to.unacknowledged.add(offset);
    to.acknowledge(world.chance.below(3));
    openBytes += RECORD_BYTES;
    open = true;
    world.trace.say(
        () ->
            process + " sends " + Texts.change(table, change) + " to " + partition + "@" + offset);
  }

  @Override
  public void markWhole() {
    sent.values().forEach(to -> to.log.markWhole());
  }

  @Override
  public long openBytes() {
    return openBytes;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public List<OffsetRange> flush() {
    process.at("flush");
    acknowledgeAll();
    return sent.values().stream()
        .map(to -> to.log)
        .filter(PartitionLog::hasWhole)
        .map(PartitionLog::range)
        .toList();
  }

  private void acknowledgeAll() {
    sent.values().forEach(to -> to.acknowledge(Integer.MAX_VALUE));
  }

  private static void refuse(Exception failure) {
    throw new IllegalStateException("the fake broker takes everything", failure);
  }

  @Override
  public long commit(Cut cut) {
    process.at("send the cut");
    FakeLog log = world.broker.journal(stream);
    long offset = world.broker.send(stream, epoch, log, cut);
    process.at("commit");
    failSometimes();
    world.broker.end(stream, epoch, true);
    world.trace.say(() -> process + " commits " + Texts.cut(cut) + "@" + offset);
    world.journalChecks.get(stream).committed(cut, offset);
    if (cut.kind() == CutKind.COPY) {
      world.tally.count(Happening.COPY_CUT);
    }
    process.at("committed");
    failSometimes();
    closed();
    sent.values().forEach(to -> to.log.named());
    return offset;
  }

  private void failSometimes() {
    if (world.fails()) {
      world.tally.count(Happening.UNCLEAR_COMMIT);
      world.trace.say(() -> process + " does not learn how its commit ended");
      throw new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "commit timed out", "none");
    }
  }

  @Override
  public void commitUnfinished() {
    process.at("commit unfinished");
    world.broker.end(stream, epoch, true);
    world.tally.count(Happening.UNFINISHED_COMMIT);
    world.trace.say(() -> process + " commits records without a cut");
    process.at("committed unfinished");
    closed();
  }

  private void closed() {
    acknowledgeAll();
    openBytes = 0;
    open = false;
  }

  @Override
  public void abort() {
    process.at("abort");
    world.broker.end(stream, epoch, false);
    closed();
    sent.clear();
  }

  @Override
  public void close() {
    // the simulation ends processes by killing them
  }
}
