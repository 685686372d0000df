package dev.sluice.tests.workload;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The keys that one writer thread alone writes, with what it knows of them. So what the ledger says
 * needs no lock between threads. Not thread-safe while its writer runs; read by others after the
 * writer has ended.
 */
final class LedgerPart {

  private final Map<LedgerTable, TablePart> tables = new LinkedHashMap<>();
  private final int number;
  private final int parts;
  private final int maxKeys;
  private final long firstFreshId;
  private long freshIds;
  private long versions;
  private List<RowWrite> unclear = List.of();

  private static final class TablePart {
    final Map<String, String[]> rows = new HashMap<>();
    final KeyPool live = new KeyPool();
    final KeyPool deleted = new KeyPool();
  }

  /**
   * @param number of this part among {@code parts}
   * @param maxKeys most keys of one table that this part remembers
   * @param firstFreshId ids from here on belong to the writer
   */
  LedgerPart(List<LedgerTable> tables, int number, int parts, int maxKeys, long firstFreshId) {
    tables.forEach(table -> this.tables.put(table, new TablePart()));
    this.number = number;
    this.parts = parts;
    this.maxKeys = maxKeys;
    this.firstFreshId = firstFreshId;
  }

  /** An id that no other row ever had. */
  long freshId() {
    return firstFreshId + freshIds++ * parts + number;
  }

  /** Ids from here on belong to the writer. */
  long firstFreshId() {
    return firstFreshId;
  }

  long nextVersion() {
    return ++versions;
  }

  /** True while another key of the table may be remembered. */
  boolean hasRoom(LedgerTable table) {
    return tables.get(table).rows.size() < maxKeys;
  }

  /** A key with a row, or null. */
  String anyLive(LedgerTable table, SplittableRandom random) {
    return tables.get(table).live.any(random);
  }

  /** A key whose row was deleted, or null. */
  String anyDeleted(LedgerTable table, SplittableRandom random) {
    return tables.get(table).deleted.any(random);
  }

  int liveKeys(LedgerTable table) {
    return tables.get(table).live.size();
  }

  /** The acknowledged row; null when deleted or never known. */
  String[] row(LedgerTable table, String key) {
    return tables.get(table).rows.get(key);
  }

  /** Records what is certain now. */
  void acknowledge(Collection<RowWrite> writes) {
    for (RowWrite write : writes) {
      TablePart part = tables.get(write.table());
      part.rows.put(write.key(), write.after());
      if (write.after() == null) {
        part.live.remove(write.key());
        part.deleted.add(write.key());
      } else {
        part.deleted.remove(write.key());
        part.live.add(write.key());
      }
    }
  }

  /** Records a commit whose outcome nobody knows yet. */
  void unclear(Collection<RowWrite> writes) {
    unclear = List.copyOf(writes);
  }

  /** The writes of the unclear commit; empty when everything is certain. */
  List<RowWrite> unclear() {
    return unclear;
  }

  /** Ends the doubt. */
  void resolve(boolean committed) {
    if (committed) {
      acknowledge(unclear);
    }
    unclear = List.of();
  }

  /** Every key with its acknowledged row; a null row means deleted. */
  Map<String, String[]> rows(LedgerTable table) {
    return tables.get(table).rows;
  }
}
