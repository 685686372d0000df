package dev.sluice.capture;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Bytes in this capture's cuts that an applier has not applied: counted here, since an applier that
 * does not run cannot say how far it is behind. Not thread-safe.
 */
final class SentBytes {

  private static final int MOST_ENTRIES = 4_096;

  private static final class Entry {
    private long lastCut;
    private final long[] bytes;

    private Entry(long lastCut, int shards) {
      this.lastCut = lastCut;
      this.bytes = new long[shards];
    }
  }

  private final int shards;
  private final Deque<Entry> entries = new ArrayDeque<>();

  /**
   * @param shards number of shards written; a data partition's number modulo this is its shard (I1)
   */
  SentBytes(int shards) {
    this.shards = shards;
  }

  void add(Cut cut) {
    if (cut.ranges().isEmpty()) {
      return;
    }
    Entry entry = entries.peekLast();
    if (entry == null || entries.size() < MOST_ENTRIES) {
      entry = new Entry(cut.number(), shards);
      entries.addLast(entry);
    }
    // when there are too many, the last one grows: it counts until its last cut is applied
    entry.lastCut = cut.number();
    for (OffsetRange range : cut.ranges()) {
      entry.bytes[range.partition() % shards] += range.bytes();
    }
  }

  /**
   * Bytes in cuts behind those applied.
   *
   * @param appliedCuts one a shard; empty when not known: then nothing is counted
   */
  long after(List<Long> appliedCuts) {
    if (appliedCuts.size() != shards) {
      return 0;
    }
    long least = appliedCuts.stream().mapToLong(Long::longValue).min().orElse(0);
    while (!entries.isEmpty() && entries.peekFirst().lastCut <= least) {
      entries.removeFirst();
    }
    long sum = 0;
    for (Entry entry : entries) {
      for (int shard = 0; shard < shards; shard++) {
        sum += entry.lastCut > appliedCuts.get(shard) ? entry.bytes[shard] : 0;
      }
    }
    return sum;
  }
}
