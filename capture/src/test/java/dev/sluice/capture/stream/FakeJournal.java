package dev.sluice.capture.stream;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Topics in memory, with the visibility that Kafka transactions give. */
final class FakeJournal implements JournalWriter {

  /** A record of a data partition. */
  record Sent(Change change, int partition) {}

  private static final int RECORD_BYTES = 100;

  final List<Cut> cuts = new ArrayList<>();
  final Map<Integer, List<Sent>> partitions = new TreeMap<>();
  final List<String> calls = new ArrayList<>();
  private final Map<Integer, long[]> whole = new TreeMap<>();
  private final Map<Integer, Long> named = new TreeMap<>();
  private boolean open;
  private long openBytes;

  @Override
  public void fence() {
    calls.add("fence");
  }

  @Override
  public JournalState readEnd() {
    calls.add("readEnd");
    if (cuts.isEmpty()) {
      return JournalState.EMPTY;
    }
    Cut last = cuts.get(cuts.size() - 1);
    for (int i = cuts.size() - 1; i >= 0; i--) {
      if (cuts.get(i).kind() == CutKind.COPY) {
        return new JournalState(last, i, cuts.get(i).copyProgress());
      }
    }
    return new JournalState(last, -1, null);
  }

  @Override
  public void send(int table, int partition, Change change) {
    open = true;
    openBytes += RECORD_BYTES;
    partitions.computeIfAbsent(partition, p -> new ArrayList<>()).add(new Sent(change, partition));
  }

  @Override
  public void markWhole() {
    partitions.forEach(
        (partition, records) ->
            whole.put(partition, new long[] {named.getOrDefault(partition, 0L), records.size()}));
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
    List<OffsetRange> ranges = new ArrayList<>();
    whole.forEach(
        (partition, range) -> {
          if (range[1] > range[0]) {
            long count = range[1] - range[0];
            ranges.add(
                new OffsetRange("t", partition, range[0], range[1], count, count * RECORD_BYTES));
          }
        });
    return ranges;
  }

  @Override
  public long commit(Cut cut) {
    calls.add("cut " + cut.kind());
    cuts.add(cut);
    whole.forEach((partition, range) -> named.put(partition, range[1]));
    whole.clear();
    closeTransaction();
    return cuts.size() - 1;
  }

  @Override
  public void commitUnfinished() {
    calls.add("unfinished");
    closeTransaction();
  }

  private void closeTransaction() {
    open = false;
    openBytes = 0;
  }

  @Override
  public void abort() {
    closeTransaction();
  }

  /** The producer died: what no cut has named does not exist. */
  void crash() {
    partitions.forEach(
        (partition, records) ->
            records.subList(named.getOrDefault(partition, 0L).intValue(), records.size()).clear());
    whole.clear();
    closeTransaction();
  }

  /** The changes that a cut names, by seq. */
  List<Change> changesOf(Cut cut) {
    List<Change> changes = new ArrayList<>();
    for (OffsetRange range : cut.ranges()) {
      List<Sent> records = partitions.get(range.partition());
      for (long i = range.first(); i < range.end(); i++) {
        changes.add(records.get((int) i).change());
      }
    }
    changes.sort((a, b) -> Long.compare(a.seq(), b.seq()));
    return changes;
  }

  Cut lastCut() {
    return cuts.get(cuts.size() - 1);
  }

  @Override
  public void close() {}
}
