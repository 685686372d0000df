package dev.sluice.tests.simulation;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads every committed cut of one stream as it is committed and holds it against the server's own
 * binary log: I1, I3 and I4. Not thread-safe.
 */
final class JournalCheck {

  /** A record that must be there, and its place in the order of the binary log. */
  @SuppressWarnings("ArrayRecordComponent") // compared element by element
  private record Expected(int order, Op op, Object[] row, Object[] after) {}

  private record Place(int table, int partition) {}

  private final World world;
  private final FakeServer server;
  private final Map<FakeLog, Long> namedUpTo = new HashMap<>();
  private Cut last;
  private long lastOffset = -1;
  private int position;

  JournalCheck(World world, FakeServer server) {
    this.world = world;
    this.server = server;
  }

  /** The newest committed cut; null before the first. */
  Cut last() {
    return last;
  }

  /** Everything in the server's log up to here is in the journal. */
  int position() {
    return position;
  }

  void committed(Cut cut, long offset) {
    if (world.variation.journalHeld()) {
      hold(cut, offset);
    }
    last = cut;
    lastOffset = offset;
    position = server.count(cut.gtidSet());
  }

  private void hold(Cut cut, long offset) {
    long epoch = last == null ? 0 : last.captureEpoch();
    long number = last == null ? 0 : last.number();
    hold(cut.follows(epoch, number), Invariant.I3, cut, () -> "does not follow cut " + number);
    hold(offset > lastOffset, Invariant.I3, cut, () -> "stands before its predecessor");
    int newPosition = server.count(cut.gtidSet());
    if (last == null) {
      hold(cut.ranges().isEmpty(), Invariant.I3, cut, () -> "is the first and names records");
    } else if (cut.kind() == CutKind.COPY) {
      hold(
          newPosition == position,
          Invariant.I3,
          cut,
          () -> "moves the position beside copied rows");
      hold(!cut.consistent(), Invariant.I7, cut, () -> "copies rows after consistent");
      copiedRows(cut);
    } else {
      hold(newPosition >= position, Invariant.I3, cut, () -> "goes back from " + position);
      streamedRows(cut, newPosition);
    }
  }

  private void copiedRows(Cut cut) {
    for (OffsetRange range : cut.ranges()) {
      int table = table(range);
      for (Change change : records(cut, range)) {
        hold(
            change.op() == Op.READ,
            Invariant.I3,
            cut,
            () -> "copies " + Texts.change(table, change));
        inItsPlace(cut, range, table, change.after());
        long end = server.endOf(table, change.after());
        hold(
            end > position,
            Invariant.I4,
            cut,
            () ->
                "places at "
                    + position
                    + " a row that ended at "
                    + end
                    + ": "
                    + Texts.change(table, change));
      }
    }
  }

  private void streamedRows(Cut cut, int newPosition) {
    Map<Place, Deque<Expected>> expected = expected(newPosition);
    Map<Integer, Long> sequences = new HashMap<>();
    for (OffsetRange range : cut.ranges()) {
      int table = table(range);
      Deque<Expected> queue =
          expected.getOrDefault(new Place(table, range.partition()), new ArrayDeque<>());
      for (Change change : records(cut, range)) {
        hold(
            change.after() == null || !Tables.echoed(table, change.after()),
            Invariant.I6,
            cut,
            () -> "holds an echo: " + Texts.change(table, change));
        Expected next = queue.poll();
        hold(
            next != null && same(table, next, change),
            Invariant.I3,
            cut,
            () -> "holds " + Texts.change(table, change) + " in place of " + text(table, next));
        sequences.put(next.order(), change.seq());
      }
    }
    expected.forEach(
        (place, queue) ->
            hold(
                queue.isEmpty(),
                Invariant.I3,
                cut,
                () ->
                    "lacks "
                        + text(place.table(), queue.peek())
                        + " of partition "
                        + place.partition()));
    rising(cut, sequences);
  }

  private void rising(Cut cut, Map<Integer, Long> sequences) {
    long highest = last.lastSeq();
    for (int order = 0; order < sequences.size(); order++) {
      long before = highest;
      long sequence = sequences.get(order);
      hold(sequence > before, Invariant.I3, cut, () -> "has seq " + sequence + " after " + before);
      highest = sequence;
    }
    hold(highest <= cut.lastSeq(), Invariant.I3, cut, () -> "ends below a seq of its records");
  }

  /** What the binary log's transactions behind the last cut must have become. */
  private Map<Place, Deque<Expected>> expected(int newPosition) {
    Map<Place, Deque<Expected>> expected = new HashMap<>();
    int order = 0;
    for (int number = position + 1; number <= newPosition; number++) {
      if (server.transaction(number).echo()) {
        continue;
      }
      for (RowWrite write : server.transaction(number).writes()) {
        if (write.before() != null && write.after() != null && !moves(write)) {
          add(expected, write, new Expected(order++, Op.UPDATE, write.after(), write.after()));
          continue;
        }
        if (write.before() != null) {
          add(expected, write, new Expected(order++, Op.DELETE, write.before(), null));
        }
        if (write.after() != null) {
          add(expected, write, new Expected(order++, Op.CREATE, write.after(), write.after()));
        }
      }
    }
    return expected;
  }

  private boolean moves(RowWrite write) {
    int table = write.table();
    return !Tables.key(table, write.before()).equals(Tables.key(table, write.after()))
        || partition(table, write.before()) != partition(table, write.after());
  }

  private void add(Map<Place, Deque<Expected>> expected, RowWrite write, Expected record) {
    int partition = partition(write.table(), record.row());
    expected
        .computeIfAbsent(new Place(write.table(), partition), p -> new ArrayDeque<>())
        .add(record);
  }

  private int partition(int table, Object[] row) {
    return world.tables.partition(server.number, world.tables.targetOf(table, row));
  }

  private static boolean same(int table, Expected expected, Change change) {
    return change.op() == expected.op()
        && Key.of(change.key()).equals(Tables.key(table, expected.row()))
        && Arrays.equals(change.after(), expected.after());
  }

  private static String text(int table, Expected expected) {
    return expected == null
        ? "nothing"
        : expected.op() + " of table " + table + " " + Arrays.toString(expected.row());
  }

  private int table(OffsetRange range) {
    return range.table().equals("account") ? Tables.ACCOUNT : Tables.ENTRY;
  }

  private Iterable<Change> records(Cut cut, OffsetRange range) {
    FakeLog log = world.broker.data(table(range), range.partition());
    hold(
        namedUpTo.getOrDefault(log, 0L) <= range.first(),
        Invariant.I3,
        cut,
        () -> "names records of " + log.name + " again");
    namedUpTo.put(log, range.end());
    Deque<Change> records = new ArrayDeque<>();
    for (long offset = range.first(); offset < range.end(); offset++) {
      if (log.committed(offset) instanceof Change change) {
        records.add(change);
      }
    }
    hold(records.size() == range.count(), Invariant.I3, cut, () -> "counts wrongly in " + range);
    return records;
  }

  private void inItsPlace(Cut cut, OffsetRange range, int table, Object[] row) {
    hold(
        range.partition() == partition(table, row),
        Invariant.I1,
        cut,
        () -> "has in " + range.partition() + " " + Arrays.toString(row));
  }

  private void hold(boolean holds, Invariant invariant, Cut cut, Supplier<String> message) {
    if (!holds) {
      throw new InvariantViolated(
          invariant, "stream " + server.number + ", " + Texts.cut(cut) + " " + message.get());
    }
  }
}
