package dev.sluice.tests.workload;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Unique values that committed transactions gave away and that rows of any later transaction may
 * take. Bounded; a value that finds no room is never used again. Thread-safe.
 */
final class UniqueExchange {

  private static final int CAPACITY = 64;

  private final Map<String, ArrayBlockingQueue<String>> byTable = new ConcurrentHashMap<>();

  /** Only after the transaction that gave the value away has been acknowledged. */
  void offer(LedgerTable table, String value) {
    queue(table).offer(value);
  }

  /** A value that nobody holds, or null; whoever takes it and does not use it offers it again. */
  String take(LedgerTable table) {
    return queue(table).poll();
  }

  private ArrayBlockingQueue<String> queue(LedgerTable table) {
    return byTable.computeIfAbsent(table.name(), unused -> new ArrayBlockingQueue<>(CAPACITY));
  }
}
