package dev.sluice.tests.workload;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Fills transactions with writes of all kinds, chosen at random. Not thread-safe. */
final class TransactionMaker {

  private static final int FEWEST_ROWS = 10;

  private final List<LedgerTable> tables;
  private final List<LedgerTable> withUnique;
  private final List<LedgerTable> withVindex;
  private final LedgerPart part;
  private final UniqueExchange exchange;
  private final SplittableRandom random;
  private final List<Handed> released = new ArrayList<>();
  private final List<Handed> taken = new ArrayList<>();

  private record Handed(LedgerTable table, String value) {}

  TransactionMaker(
      List<LedgerTable> tables, LedgerPart part, UniqueExchange exchange, SplittableRandom random) {
    this.tables = tables;
    this.withUnique = tables.stream().filter(t -> t.uniqueColumn() >= 0).toList();
    this.withVindex = tables.stream().filter(t -> t.vindexColumn() >= 0).toList();
    this.part = part;
    this.exchange = exchange;
    this.random = random;
  }

  /** Runs the statements of one transaction; the caller ends it. */
  void fill(WriterTransaction transaction, WriteAction action) throws SQLException {
    released.clear();
    taken.clear();
    switch (action) {
      case INSERT -> insert(transaction, any(tables), 1 + random.nextInt(3));
      case INSERT_MANY -> insert(transaction, any(tables), 5 + random.nextInt(30));
      case UPDATE -> times(1 + random.nextInt(3), () -> update(transaction, any(tables)));
      case DELETE -> times(1 + random.nextInt(2), () -> delete(transaction, any(tables)));
      case REKEY -> times(1 + random.nextInt(2), () -> rekey(transaction, any(tables)));
      case MOVE -> times(1 + random.nextInt(3), () -> move(transaction));
      case SWAP_UNIQUE -> swap(transaction);
      case RELEASE_UNIQUE -> release(transaction);
      case TAKE_UNIQUE -> take(transaction);
      case REPLACE_ROW -> replace(transaction, any(tables));
      case MIXED, ROLLBACK -> mixed(transaction);
    }
    if (transaction.rowWrites() == 0) {
      insert(transaction, any(tables), 1);
    }
  }

  /** After the acknowledgement: values given away may be taken by others. */
  void committed() {
    released.forEach(handed -> exchange.offer(handed.table(), handed.value()));
  }

  /** After a rollback: values taken go back. Not called when the outcome is unclear. */
  void rolledBack() {
    taken.forEach(handed -> exchange.offer(handed.table(), handed.value()));
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static void times(int count, Step step) throws SQLException {
    for (int i = 0; i < count; i++) {
      step.run();
    }
  }

  private LedgerTable any(List<LedgerTable> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String[] anyRow(WriterTransaction transaction, LedgerTable table) {
    String key = part.anyLive(table, random);
    return key == null ? null : transaction.row(table, key);
  }

  private void insert(WriterTransaction transaction, LedgerTable table, int count)
      throws SQLException {
    List<String[]> rows = new ArrayList<>();
    for (int i = 0; i < count && part.hasRoom(table); i++) {
      rows.add(table.newRow(random, part.freshId(), part.nextVersion()));
    }
    if (rows.isEmpty()) {
      update(transaction, table);
    } else {
      transaction.insert(table, rows);
    }
  }

  private void update(WriterTransaction transaction, LedgerTable table) throws SQLException {
    String[] row = anyRow(transaction, table);
    if (row != null) {
      transaction.update(table, row, table.changedRow(random, row, part.nextVersion()));
    }
  }

  private void delete(WriterTransaction transaction, LedgerTable table) throws SQLException {
    if (part.liveKeys(table) < FEWEST_ROWS) {
      return;
    }
    String[] row = anyRow(transaction, table);
    if (row != null) {
      transaction.delete(table, row);
    }
  }

  private void rekey(WriterTransaction transaction, LedgerTable table) throws SQLException {
    String[] row = anyRow(transaction, table);
    if (row != null && part.hasRoom(table)) {
      transaction.update(table, row, table.withKey(row, part.freshId(), part.nextVersion()));
    }
  }

  private void move(WriterTransaction transaction) throws SQLException {
    if (withVindex.isEmpty()) {
      return;
    }
    LedgerTable table = any(withVindex);
    String[] row = anyRow(transaction, table);
    if (row != null) {
      String[] moved = table.changedRow(random, row, part.nextVersion());
      moved[table.vindexColumn()] = table.newVindexValue(random);
      transaction.update(table, row, moved);
    }
  }

  private void swap(WriterTransaction transaction) throws SQLException {
    if (withUnique.isEmpty()) {
      return;
    }
    LedgerTable table = any(withUnique);
    String[] first = anyRow(transaction, table);
    String[] second = anyRow(transaction, table);
    if (first == null || second == null || table.key(first).equals(table.key(second))) {
      return;
    }
    int unique = table.uniqueColumn();
    String[] parked = first.clone();
    parked[unique] = table.freshUnique(part.freshId());
    transaction.update(table, first, parked);
    String[] other = second.clone();
    other[unique] = first[unique];
    transaction.update(table, second, other);
    String[] swapped = table.changedRow(random, parked, part.nextVersion());
    swapped[unique] = second[unique];
    transaction.update(table, parked, swapped);
  }

  private void release(WriterTransaction transaction) throws SQLException {
    if (withUnique.isEmpty()) {
      return;
    }
    LedgerTable table = any(withUnique);
    String[] row = anyRow(transaction, table);
    if (row == null) {
      return;
    }
    released.add(new Handed(table, row[table.uniqueColumn()]));
    if (random.nextInt(3) == 0 && part.liveKeys(table) >= FEWEST_ROWS) {
      transaction.delete(table, row);
      return;
    }
    String[] changed = table.changedRow(random, row, part.nextVersion());
    changed[table.uniqueColumn()] = table.freshUnique(part.freshId());
    transaction.update(table, row, changed);
  }

  private void take(WriterTransaction transaction) throws SQLException {
    if (withUnique.isEmpty()) {
      return;
    }
    LedgerTable table = any(withUnique);
    String[] row = anyRow(transaction, table);
    String value = row == null ? null : exchange.take(table);
    if (value == null) {
      return;
    }
    taken.add(new Handed(table, value));
    String[] changed = table.changedRow(random, row, part.nextVersion());
    changed[table.uniqueColumn()] = value;
    transaction.update(table, row, changed);
    released.add(new Handed(table, row[table.uniqueColumn()]));
  }

  private void replace(WriterTransaction transaction, LedgerTable table) throws SQLException {
    String deleted = part.anyDeleted(table, random);
    if (deleted != null && random.nextBoolean() && transaction.row(table, deleted) == null) {
      revive(transaction, table, deleted);
      return;
    }
    String[] row = anyRow(transaction, table);
    if (row != null) {
      transaction.delete(table, row);
      transaction.insert(
          table, List.<String[]>of(table.changedRow(random, row, part.nextVersion())));
    }
  }

  /** Writes a row under a key that was deleted in an earlier transaction. */
  private void revive(WriterTransaction transaction, LedgerTable table, String key)
      throws SQLException {
    String[] row = table.newRow(random, part.freshId(), part.nextVersion());
    if (table.keyColumns().size() == 1) {
      row[table.keyColumns().get(0)] = key;
      transaction.insert(table, List.<String[]>of(row));
    }
  }

  private void mixed(WriterTransaction transaction) throws SQLException {
    times(
        5 + random.nextInt(20),
        () -> {
          LedgerTable table = any(tables);
          switch (random.nextInt(6)) {
            case 0 -> insert(transaction, table, 1 + random.nextInt(4));
            case 1 -> delete(transaction, table);
            case 2 -> rekey(transaction, table);
            case 3 -> move(transaction);
            case 4 -> replace(transaction, table);
            default -> update(transaction, table);
          }
        });
  }
}
