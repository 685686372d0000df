package dev.sluice.tests.simulation;

import dev.sluice.apply.core.CutFeed;
import dev.sluice.apply.core.OpenCut;
import dev.sluice.apply.core.RowChange;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * {@link CutFeed} over the fake broker, read_committed; records come late at random. Not
 * thread-safe.
 */
final class FakeCutFeed implements CutFeed {

  /** One range of the open cut. */
  private static final class Cursor {
    private final FakeLog log;
    private final int table;
    private final OffsetRange range;
    private long offset;
    private long left;

    private Cursor(FakeLog log, int table, OffsetRange range) {
      this.log = log;
      this.table = table;
      this.range = range;
      this.offset = range.first();
      this.left = range.count();
    }

    /** The next change; null when it cannot be read yet. */
    private Change peek() {
      while (offset < range.end()) {
        if (offset >= log.lastStableOffset()) {
          return null;
        }
        if (log.committed(offset) instanceof Change change) {
          return change;
        }
        offset++;
      }
      throw new SluiceException(
          ErrorCode.JOURNAL_GAP, left + " records are missing from " + range, "none");
    }

    private void take() {
      offset++;
      left--;
    }
  }

  private final SimulatedProcess process;
  private final World world;
  private final int shard;
  private final long[] nextOffset;
  private final List<Cursor> cursors = new ArrayList<>();
  private OpenCut open;

  FakeCutFeed(SimulatedProcess process, int shard, List<StreamPlace> places) {
    this.process = process;
    this.world = process.world();
    this.shard = shard;
    this.nextOffset = places.stream().mapToLong(p -> p.journalOffset() + 1).toArray();
  }

  @Override
  public OpenCut open(int preferred, IntPredicate closed) {
    process.at("fetch");
    for (int i = 0; i < nextOffset.length; i++) {
      int stream = (preferred + i) % nextOffset.length;
      if (!closed.test(stream) && !world.comesLate()) {
        open = next(stream);
        if (open != null) {
          return open;
        }
      }
    }
    return null;
  }

  private OpenCut next(int stream) {
    FakeLog journal = world.broker.journal(stream);
    while (nextOffset[stream] < journal.lastStableOffset()) {
      long offset = nextOffset[stream]++;
      if (journal.committed(offset) instanceof Cut cut) {
        begin(stream, cut);
        long records = cursors.stream().mapToLong(c -> c.left).sum();
        if (cursors.stream().anyMatch(c -> c.peek() == null)) {
          world.tally.count(Happening.CUT_BEFORE_DATA);
        }
        return new OpenCut(stream, cut, offset, records, records * FakeJournalWriter.RECORD_BYTES);
      }
    }
    return null;
  }

  private void begin(int stream, Cut cut) {
    cursors.clear();
    for (OffsetRange range : cut.ranges()) {
      if (range.partition() == world.tables.partition(stream, shard)) {
        int table = range.table().equals("account") ? Tables.ACCOUNT : Tables.ENTRY;
        cursors.add(new Cursor(world.broker.data(table, range.partition()), table, range));
      }
    }
  }

  @Override
  public RowChange next() {
    if (cursors.isEmpty() || world.comesLate()) {
      return null;
    }
    Cursor first = open.cut().kind() == CutKind.COPY ? world.chance.of(cursors) : lowestSequence();
    Change change = first == null ? null : first.peek();
    if (change == null) {
      return null;
    }
    first.take();
    if (first.left == 0) {
      cursors.remove(first);
    }
    return new RowChange(first.table, change, FakeJournalWriter.RECORD_BYTES);
  }

  /** Null when one of the partitions has not come: its change could be the next. */
  private Cursor lowestSequence() {
    Cursor lowest = null;
    for (Cursor cursor : cursors) {
      Change change = cursor.peek();
      if (change == null) {
        return null;
      }
      if (lowest == null || change.seq() < lowest.peek().seq()) {
        lowest = cursor;
      }
    }
    return lowest;
  }

  @Override
  public boolean exhausted() {
    return cursors.isEmpty();
  }
}
