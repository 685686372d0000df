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
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * How far one table has come, and what has been found in it. Its memory does not grow with the
 * table: chunks that are done are summed up. Guarded by the run's lock.
 */
final class TableScan {

  /** Rows that are shown of a table. */
  static final int MOST_SAMPLES = 20;

  private final String name;
  private final Instant provedAgain;
  private final BiConsumer<String, List<String>> handedOut;
  private final Map<RowClass, Long> counts = new EnumMap<>(RowClass.class);
  private final Map<String, Long> rowsByShard = new TreeMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Deque<Chunk> redo = new ArrayDeque<>();
  private final LeftKeys keys;
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

  /**
   * @param provedAgain the moment for which chunks of earlier moments were found untouched; null
   *     when nobody has looked
   * @param handedOut told the bound of each new chunk
   */
  TableScan(String name, Instant provedAgain, BiConsumer<String, List<String>> handedOut) {
    this.name = name;
    this.provedAgain = provedAgain;
    this.handedOut = handedOut;
    this.keys = new LeftKeys(name);
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

  /**
   * Hands out the next chunk.
   *
   * @param bounds where its parts end, the last the chunk; none when it goes to the table's end
   */
  Chunk take(List<List<String>> bounds) {
    Chunk chunk = Chunk.ofRange(this, nextNumber++, cursor, bounds);
    List<String> upTo = bounds.isEmpty() ? null : bounds.get(bounds.size() - 1);
    cursor = upTo;
    exhausted = upTo == null;
    handedOut.accept(name, upTo);
    return chunk;
  }

  /** Hands out keys that are compared apart from their chunks. */
  Chunk take(Set<List<String>> keys) {
    return Chunk.ofKeys(this, nextApart++, keys);
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

  LeftKeys keys() {
    return keys;
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

  /** Keys that changed in every moment: nothing can be said of them. */
  void giveUpOpen() {
    notCompared += keys.open().size();
    keys.done(keys.open());
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
    boolean refreshed = provedAgain != null && chunk.moment().isBefore(provedAgain);
    Instant at = refreshed ? provedAgain : chunk.moment();
    if (oldest == null || at.isBefore(oldest)) {
      oldest = at;
    }
  }

  int samplesWanted() {
    return MOST_SAMPLES - samples.size();
  }

  /** Begins where an earlier run ended. */
  void restore(Restored restored) {
    for (ChunkResult chunk : restored.chain(name)) {
      nextNumber++;
      cursor = chunk.upTo();
      exhausted = cursor == null;
      if (chunk.touched()) {
        List<List<String>> bounds = cursor == null ? List.of() : List.of(cursor);
        redo.add(Chunk.ofRange(this, chunk.number(), chunk.after(), bounds));
      } else {
        add(chunk);
      }
    }
    for (ChunkResult chunk : restored.apart(name)) {
      add(chunk);
      nextApart = Math.max(nextApart, chunk.number() + 1);
    }
    keys.restore(restored.pages(name));
  }

  /** Forgets what was found of keys that differed, as they are to be compared anew. */
  void reopen(List<DifferingKey> differing) {
    for (DifferingKey key : differing) {
      counts.computeIfPresent(key.rowClass(), (rowClass, count) -> count > 0 ? count - 1 : count);
    }
    samples.clear();
    keysKept = 0;
    keys.open(differing.stream().map(DifferingKey::key).distinct().toList());
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
    return handedOut() && keys.open().isEmpty();
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
