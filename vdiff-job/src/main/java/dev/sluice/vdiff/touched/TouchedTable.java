package dev.sluice.vdiff.touched;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;

/**
 * The chunks of one table and which of them were touched. A mark is set for nothing rather than
 * missing: where a key's chunk is not certain, all chunks are marked. Not thread-safe.
 */
final class TouchedTable {

  /** Keys that wait for their chunk to be handed out; more mark every chunk that comes. */
  private static final int MOST_WAITING = 50_000;

  private final KeyOrder order;
  private final List<Object[]> bounds = new ArrayList<>();
  private final List<Object[]> waiting = new ArrayList<>();
  private final BitSet earlier = new BitSet();
  private final BitSet fresh = new BitSet();
  private int chunks;
  private boolean ended;
  private boolean beyond;

  TouchedTable(KeyOrder order) {
    this.order = order;
  }

  KeyOrder order() {
    return order;
  }

  /** True when another key could mark nothing more. */
  boolean saturated() {
    return ended && fresh.cardinality() == chunks;
  }

  /**
   * The next chunk has been handed out.
   *
   * @param upTo its upper bound; null at the table's end
   */
  void add(List<String> upTo) {
    Object[] bound = upTo == null || !order.known() ? null : order.ofTexts(upTo);
    if (beyond) {
      fresh.set(chunks);
    }
    for (Iterator<Object[]> keys = waiting.iterator(); keys.hasNext(); ) {
      if (bound == null || order.compare(keys.next(), bound) <= 0) {
        fresh.set(chunks);
        if (bound == null) {
          waiting.clear();
          break;
        }
        keys.remove();
      }
    }
    bounds.add(bound);
    chunks++;
    ended = upTo == null;
  }

  /** A row has changed. */
  void touch(Object[] key) {
    if (!order.known()) {
      touchAll();
      return;
    }
    int low = 0;
    int high = chunks;
    while (low < high) {
      int middle = (low + high) / 2;
      Object[] bound = bounds.get(middle);
      if (bound == null || order.compare(key, bound) <= 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low < chunks) {
      fresh.set(low);
    } else if (!beyond) {
      waiting.add(key);
      if (waiting.size() > MOST_WAITING) {
        beyond = true;
        waiting.clear();
      }
    }
  }

  /** Nothing is known of any chunk, of those to come neither. */
  void touchAll() {
    fresh.set(0, chunks);
    if (!ended) {
      beyond = true;
      waiting.clear();
    }
  }

  /** What is marked from now on is kept apart from what was marked before. */
  void beginGeneration() {
    earlier.or(fresh);
    fresh.clear();
    if (ended) {
      beyond = false;
      waiting.clear();
    }
  }

  /** Every chunk that is marked. */
  BitSet touched() {
    BitSet all = (BitSet) earlier.clone();
    all.or(fresh);
    return all;
  }

  /**
   * Marks these chunks, as an earlier run had.
   *
   * @param others true when chunks that come are to be marked, too
   */
  void mark(BitSet marked, boolean others) {
    fresh.or(marked);
    // chunks that were handed out and not finished are handed out anew
    boolean lost = fresh.nextSetBit(chunks) >= 0;
    fresh.clear(chunks, Math.max(chunks, fresh.length()));
    beyond |= !ended && (others || lost);
  }

  /** True when keys were touched that lie in chunks which have not been handed out. */
  boolean beyond() {
    return beyond || !waiting.isEmpty();
  }

  /**
   * What was marked before the generation is compared again; the marks of the generation stay.
   *
   * @param kept so many chunks keep their number; those behind are handed out anew
   */
  void endGeneration(int kept) {
    earlier.clear();
    if (kept < chunks) {
      beyond |= fresh.nextSetBit(kept) >= 0;
      fresh.clear(kept, chunks);
      bounds.subList(kept, chunks).clear();
      chunks = kept;
      ended = false;
    }
  }
}
