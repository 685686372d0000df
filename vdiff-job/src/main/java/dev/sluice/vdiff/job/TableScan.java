package dev.sluice.vdiff.job;

import dev.sluice.mysql.digest.KeyBounds;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffResult.Sample;
import dev.sluice.schemas.vdiff.VDiffResult.ShardResult;
import dev.sluice.schemas.vdiff.VDiffResult.TableResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.vdiff.scan.TableSides;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far one table has come, and what has been found in it. Its memory does not grow with the
 * table: chunks that are done are summed up. Guarded by the run's lock.
 */
final class TableScan {

  /** Rows that are shown of a table. */
  static final int MOST_SAMPLES = 20;

  private final String name;
  private final Map<RowClass, Long> counts = new EnumMap<>(RowClass.class);
  private final Map<String, Long> rowsByShard = new TreeMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Deque<Chunk> redo = new ArrayDeque<>();
  private final Set<List<String>> left = new LinkedHashSet<>();
  private final Set<List<String>> open = new LinkedHashSet<>();
  private TableSides sides;
  private List<String> cursor;
  private boolean exhausted;
  private boolean busy;
  private long nextNumber;
  private long nextApart = ChunkResult.APART;
  private long chunkRows = 2_000;
  private long keysKept;
  private long notCompared;
  private Instant oldest;
  private long added;
  private boolean openChanged;

  TableScan(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  TableSides sides() {
    return sides;
  }

  /** The table as it is now; a moment begins with it. */
  void sides(TableSides now) {
    sides = now;
  }

  // ---- what is next

  /** True when the whole key range has been handed out and nothing of it was given back. */
  boolean handedOut() {
    return exhausted && redo.isEmpty();
  }

  boolean exhausted() {
    return exhausted;
  }

  void exhaust() {
    exhausted = true;
  }

  /** True while a lane looks for the end of the next chunk. */
  boolean busy() {
    return busy;
  }

  void busy(boolean now) {
    busy = now;
  }

  Chunk pollRedo() {
    return redo.poll();
  }

  /** A chunk that was not finished in its moment. */
  void giveBack(Chunk chunk) {
    if (chunk.keys() == null) {
      redo.add(chunk.again());
    }
  }

  List<String> cursor() {
    return cursor;
  }

  long chunkRows() {
    return chunkRows;
  }

  /** Hands out the next chunk; a null bound is the table's end. */
  Chunk take(List<String> upTo) {
    Chunk chunk = new Chunk(this, nextNumber++, cursor, upTo, null);
    cursor = upTo;
    exhausted = upTo == null;
    return chunk;
  }

  /** Hands out keys that are compared apart from their chunks. */
  Chunk take(Set<List<String>> keys) {
    return new Chunk(this, nextApart++, null, null, List.copyOf(keys));
  }

  /** Fits the size of chunks to a time, in small steps. */
  void took(long millis, long rows) {
    if (millis > 150 && chunkRows > 500) {
      chunkRows = Math.max(500, chunkRows * 2 / 3);
    } else if (millis < 60 && rows * 2 > chunkRows) {
      chunkRows = Math.min(20_000, chunkRows * 3 / 2);
    }
  }

  // ---- keys left out

  Set<List<String>> left() {
    return left;
  }

  Set<List<String>> open() {
    return open;
  }

  /** Ranges that are still to be compared: behind the cursor, and what was given back. */
  List<KeyBounds> ahead() {
    List<KeyBounds> ahead = new ArrayList<>();
    if (!exhausted) {
      ahead.add(new KeyBounds(cursor, null));
    }
    redo.forEach(chunk -> ahead.add(chunk.bounds()));
    return ahead;
  }

  /** True when every chunk that was handed out has been taken in. */
  boolean whole() {
    return added == nextNumber;
  }

  /** True once after each change of {@link #openKeys}. */
  boolean takeOpenChanged() {
    boolean changed = openChanged;
    openChanged = false;
    return changed;
  }

  /** These keys have been compared. */
  void compared(Collection<List<String>> keys) {
    openChanged |= open.removeAll(Set.copyOf(keys));
  }

  /** Keys that chunks of the moment that begins must leave out. */
  void leaveOut(Set<List<String>> inDoubt) {
    for (List<String> key : inDoubt) {
      if (left.add(key)) {
        open.add(key);
        openChanged = true;
      }
    }
  }

  OpenKeys openKeys(String uuid) {
    return new OpenKeys(uuid, name, List.copyOf(left), List.copyOf(open));
  }

  /** Keys that changed in every moment: nothing can be said of them. */
  void giveUpOpen() {
    notCompared += open.size();
    open.clear();
  }

  // ---- what was found

  /** Takes in a chunk of this run or of an earlier one. */
  void add(ChunkResult chunk) {
    if (chunk.number() < ChunkResult.APART) {
      added++;
    }
    counts.merge(RowClass.MATCHING, chunk.matching(), Long::sum);
    chunk.counts().forEach((rowClass, count) -> counts.merge(rowClass, count, Long::sum));
    chunk.rows().forEach((shard, rows) -> rowsByShard.merge(shard, rows, Long::sum));
    keysKept += chunk.keys().size();
    for (Sample sample : chunk.samples()) {
      if (samples.size() < MOST_SAMPLES) {
        samples.add(sample);
      }
    }
    if (oldest == null || chunk.moment().isBefore(oldest)) {
      oldest = chunk.moment();
    }
  }

  int samplesWanted() {
    return MOST_SAMPLES - samples.size();
  }

  /**
   * Begins where an earlier run ended.
   *
   * @param chunks by number, apart ones included
   */
  void restore(Map<Long, ChunkResult> chunks, OpenKeys keys) {
    List<String> expected = null;
    for (ChunkResult next = chunks.get(0L);
        next != null && !exhausted && same(next.after(), expected);
        next = chunks.get(nextNumber)) {
      add(next);
      nextNumber++;
      expected = next.upTo();
      cursor = expected;
      exhausted = expected == null;
    }
    for (ChunkResult chunk : chunks.values()) {
      if (chunk.number() >= ChunkResult.APART) {
        add(chunk);
        nextApart = Math.max(nextApart, chunk.number() + 1);
      }
    }
    if (keys != null) {
      left.addAll(keys.left());
      open.addAll(keys.open());
    }
  }

  private static boolean same(List<String> one, List<String> other) {
    return one == null ? other == null : one.equals(other);
  }

  /** Forgets what was found of keys that differed, as they are to be compared anew. */
  void reopen(List<DifferingKey> differing) {
    for (DifferingKey key : differing) {
      counts.computeIfPresent(key.rowClass(), (rowClass, count) -> count > 0 ? count - 1 : count);
    }
    List<List<String>> keys = differing.stream().map(DifferingKey::key).distinct().toList();
    samples.clear();
    keysKept = 0;
    left.addAll(keys);
    open.addAll(keys);
    openChanged = true;
  }

  /** Rows that an earlier run could say nothing of. */
  void notCompared(long rows) {
    notCompared = rows;
  }

  Instant oldest() {
    return oldest;
  }

  long rowsDone() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  long rowsEstimated() {
    return sides == null ? 1 : Math.max(sides.rowsEstimated(), rowsDone());
  }

  boolean done() {
    return handedOut() && open.isEmpty();
  }

  TableResult result(VDiffState state) {
    Map<String, ShardResult> shards = new TreeMap<>();
    rowsByShard.forEach((shard, rows) -> shards.put(shard, new ShardResult(rows)));
    return new TableResult(
        state,
        rowsDone(),
        count(RowClass.MATCHING),
        count(RowClass.MISMATCHED),
        count(RowClass.EXTRA_SOURCE),
        count(RowClass.EXTRA_TARGET),
        count(RowClass.MISPLACED),
        count(RowClass.DUPLICATED),
        notCompared,
        rowsEstimated(),
        keysKept,
        List.copyOf(samples),
        shards);
  }

  long count(RowClass rowClass) {
    return counts.getOrDefault(rowClass, 0L);
  }
}
