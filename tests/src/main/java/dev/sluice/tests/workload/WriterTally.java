package dev.sluice.tests.workload;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Counts over all threads of a writer. Thread-safe. */
final class WriterTally {

  private final LongAdder committed = new LongAdder();
  private final LongAdder rolledBack = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unclear = new LongAdder();
  private final LongAdder rowWrites = new LongAdder();
  private final Map<WriteAction, LongAdder> byAction = new ConcurrentHashMap<>();
  private final AtomicReference<RuntimeException> violation = new AtomicReference<>();
  private final GtidCounts gtids;

  WriterTally(GtidCounts gtids) {
    this.gtids = gtids;
  }

  void committed(WriteAction action, int rows, String gtid, GtidCounts.Records records) {
    committed.increment();
    rowWrites.add(rows);
    byAction.computeIfAbsent(action, unused -> new LongAdder()).increment();
    if (gtid != null) {
      gtids.add(gtid, records);
    }
  }

  void rolledBack() {
    rolledBack.increment();
  }

  void failed() {
    failed.increment();
  }

  void unclear() {
    unclear.increment();
  }

  void violated(RuntimeException error) {
    violation.compareAndSet(null, error);
  }

  /** The first thing that should never happen; null when all is well. */
  RuntimeException violation() {
    return violation.get();
  }

  GtidCounts gtids() {
    return gtids;
  }

  WriterCounts counts() {
    Map<String, Long> actions = new HashMap<>();
    byAction.forEach(
        (action, count) -> actions.put(action.name().toLowerCase(Locale.ROOT), count.sum()));
    return new WriterCounts(
        committed.sum(), rolledBack.sum(), failed.sum(), unclear.sum(), rowWrites.sum(), actions);
  }
}
