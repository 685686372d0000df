package dev.sluice.tests.workload;

import dev.sluice.tests.sample.TextColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One transaction on the source: each call runs its SQL at once and remembers what the rows are if
 * the transaction commits. A statement that does not meet exactly the row that the ledger knows is
 * a {@link LedgerViolation}. Not thread-safe.
 */
final class WriterTransaction {

  private final Connection connection;
  private final LedgerPart part;
  private final Map<LedgerTable, Map<String, RowWrite>> writes = new LinkedHashMap<>();
  private int rowWrites;
  private int recordsAtLeast;
  private int recordsAtMost;

  WriterTransaction(Connection connection, LedgerPart part) {
    this.connection = connection;
    this.part = part;
  }

  /** The row as this transaction sees it; null when there is none. */
  String[] row(LedgerTable table, String key) {
    RowWrite written = writes.getOrDefault(table, Map.of()).get(key);
    return written == null ? part.row(table, key) : written.after();
  }

  void insert(LedgerTable table, List<String[]> rows) throws SQLException {
    String sql = TextColumn.insert(table.name(), table.columns(), rows.size());
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (String[] row : rows) {
        for (String value : row) {
          insert.setString(parameter++, value);
        }
      }
      expect(insert.executeUpdate(), rows.size(), table, table.key(rows.get(0)));
    }
    for (String[] row : rows) {
      put(table, table.key(row), row);
      count(table, 1, 1);
    }
  }

  /** Inserts a row whose key, a single column, the server gives; the row has it afterwards. */
  void insertGenerated(LedgerTable table, String[] row) throws SQLException {
    int key = table.keyColumns().get(0);
    row[key] = null;
    String sql = TextColumn.insert(table.name(), table.columns(), 1);
    try (PreparedStatement insert =
        connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
      for (int column = 0; column < row.length; column++) {
        insert.setString(column + 1, row[column]);
      }
      expect(insert.executeUpdate(), 1, table, "generated");
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        row[key] = keys.getString(1);
      }
    }
    put(table, table.key(row), row);
    count(table, 1, 1);
  }

  void update(LedgerTable table, String[] before, String[] after) throws SQLException {
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      if (!Objects.equals(before[i], after[i])) {
        changed.add(i);
      }
    }
    String oldKey = table.key(before);
    try (PreparedStatement update = connection.prepareStatement(LedgerSql.update(table, changed))) {
      int parameter = 1;
      for (int column : changed) {
        update.setString(parameter++, after[column]);
      }
      bindKey(table, update, parameter, before);
      expect(update.executeUpdate(), 1, table, oldKey);
    }
    String newKey = table.key(after);
    if (newKey.equals(oldKey)) {
      put(table, oldKey, after);
      count(table, 1, changed.contains(table.vindexColumn()) ? 2 : 1);
    } else {
      put(table, oldKey, null);
      put(table, newKey, after);
      count(table, 2, 2);
    }
  }

  void delete(LedgerTable table, String[] row) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(LedgerSql.delete(table))) {
      bindKey(table, delete, 1, row);
      expect(delete.executeUpdate(), 1, table, table.key(row));
    }
    put(table, table.key(row), null);
    count(table, 1, 1);
  }

  /** What the transaction does to each key that it changes. */
  Collection<RowWrite> writes() {
    List<RowWrite> all = new ArrayList<>();
    writes
        .values()
        .forEach(
            byKey -> byKey.values().stream().filter(w -> !w.changesNothing()).forEach(all::add));
    return all;
  }

  int rowWrites() {
    return rowWrites;
  }

  GtidCounts.Records records() {
    return new GtidCounts.Records(recordsAtLeast, recordsAtMost);
  }

  private void put(LedgerTable table, String key, String[] after) {
    String[] before = part.row(table, key);
    writes
        .computeIfAbsent(table, unused -> new LinkedHashMap<>())
        .put(
            key,
            new RowWrite(
                table, key, before, after == null ? null : Arrays.copyOf(after, after.length)));
  }

  private void count(LedgerTable table, int atLeast, int atMost) {
    rowWrites++;
    if (table.moved()) {
      recordsAtLeast += atLeast;
      recordsAtMost += atMost;
    }
  }

  private static void bindKey(
      LedgerTable table, PreparedStatement statement, int first, String[] row) throws SQLException {
    int parameter = first;
    for (int column : table.keyColumns()) {
      statement.setString(parameter++, row[column]);
    }
  }

  private static void expect(int affected, int expected, LedgerTable table, String key) {
    if (affected != expected) {
      throw new LedgerViolation(
          "a write of table "
              + table.name()
              + ", key "
              + key
              + ", met "
              + affected
              + " rows instead of "
              + expected);
    }
  }
}
