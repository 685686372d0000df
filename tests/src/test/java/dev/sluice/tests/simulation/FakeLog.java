package dev.sluice.tests.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * One partition. Offsets are places in a list; transaction marks take one each. Not thread-safe.
 */
final class FakeLog {

  /** What an offset holds: a record of a transaction, or that transaction's mark (null payload). */
  private record Entry(FakeTransaction transaction, Object payload) {}

  final String name;
  private final List<Entry> entries = new ArrayList<>();

  /** The transaction that has records here and no mark yet. */
  private FakeTransaction open;

  private int openFrom;

  FakeLog(String name) {
    this.name = name;
  }

  long append(FakeTransaction transaction, Object payload) {
    if (open == null) {
      open = transaction;
      openFrom = entries.size();
      transaction.touched(this);
    } else if (open != transaction) {
      throw new IllegalStateException("two transactions at once in " + name);
    }
    entries.add(new Entry(transaction, payload));
    return entries.size() - 1L;
  }

  /** The transaction's mark arrives: its records become visible, or stay invisible for ever. */
  void mark(FakeTransaction transaction) {
    if (open == transaction) {
      open = null;
      entries.add(new Entry(transaction, null));
    }
  }

  /** First offset that a read_committed reader cannot get past. */
  long lastStableOffset() {
    return open == null ? entries.size() : openFrom;
  }

  /** The record there; null for a mark and for a record of an aborted transaction. */
  Object committed(long offset) {
    Entry entry = entries.get((int) offset);
    return entry.transaction().aborted() ? null : entry.payload();
  }

  long end() {
    return entries.size();
  }
}
