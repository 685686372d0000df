package dev.sluice.apply.write;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;

/** Statements with many rows, bounded in size. Not thread-safe: it reuses one buffer. */
final class RowStatements {

  /**
   * Keys of one DELETE. Far below range_optimizer_max_mem_size, above which the server would scan
   * the table.
   */
  private static final int DELETE_KEYS = 1_000;

  /** How long a DELETE of rows that are void may take before the next one takes fewer. */
  private static final long SLOW_NANOS = 500_000_000L;

  private static final int MOST_VOID_ROWS = 10_000;

  private final TableSql sql;
  private final Statements statements;
  private final TextBuffer buffer = new TextBuffer(64 << 10);
  private long affected;
  private int voidRows = 100;

  RowStatements(TableSql sql, Statements statements) {
    this.sql = sql;
    this.statements = statements;
  }

  /** Deletes the rows with the changes' keys, within the scope if there is one. */
  void deleteKeys(List<Change> changes, String scope) throws SQLException {
    String prefix = sql.deletePrefix(sql.schema().keyColumns());
    ColumnSchema[] columns = sql.keyColumns();
    int keys = 0;
    buffer.reset();
    for (Change change : changes) {
      begin(prefix, keys++);
      tuple(columns, change.key());
      if (keys == DELETE_KEYS || buffer.length() >= statements.statementBytes()) {
        end(scope);
        keys = 0;
      }
    }
    if (keys > 0) {
      end(scope);
    }
  }

  /**
   * Deletes some rows, as many as go quickly: rows can be large, and each is whole in the binary
   * log.
   */
  int deleteSome() throws SQLException {
    long began = System.nanoTime();
    int rows = (int) statements.run(sql.deleteFirst(voidRows));
    boolean slow = System.nanoTime() - began > SLOW_NANOS;
    voidRows = slow ? Math.max(1, voidRows / 4) : Math.min(MOST_VOID_ROWS, voidRows * 2);
    return rows;
  }

  /** Deletes the rows within the scope that hold the changes' values of a unique key. */
  void deleteUniqueValues(List<Change> changes, TableSchema.UniqueKey key, String scope)
      throws SQLException {
    String prefix = sql.deletePrefix(key.columns());
    UniqueValues values = new UniqueValues(sql.schema(), key);
    int keys = 0;
    buffer.reset();
    for (Change change : changes) {
      Object[] tuple = values.of(change.after());
      if (tuple == null) {
        continue;
      }
      begin(prefix, keys++);
      tuple(values.columns(), tuple);
      if (keys == DELETE_KEYS || buffer.length() >= statements.statementBytes()) {
        end(scope);
        keys = 0;
      }
    }
    if (keys > 0) {
      end(scope);
    }
  }

  /**
   * Writes all rows by REPLACE.
   *
   * @return rows written and rows that went for them
   */
  long replace(List<Change> changes) throws SQLException {
    affected = 0;
    int sent = 0;
    while (sent < changes.size()) {
      sent += some(changes, sent, true);
    }
    return affected;
  }

  /**
   * Inserts as many rows as fit one statement; the server undoes the statement when it fails.
   *
   * @return how many
   */
  int insertSome(List<Change> changes, int from) throws SQLException {
    return some(changes, from, false);
  }

  private int some(List<Change> changes, int from, boolean replace) throws SQLException {
    if (isLarge(changes.get(from))) {
      one(changes.get(from), replace);
      return 1;
    }
    buffer.reset();
    buffer.text(sql.insertPrefix(replace));
    int at = from;
    do {
      if (at > from) {
        buffer.put(',');
      }
      buffer.put('(');
      list(sql.columns(), changes.get(at++).after());
      buffer.put(')');
    } while (at < changes.size()
        && buffer.length() < statements.statementBytes()
        && !isLarge(changes.get(at)));
    long written = statements.run(buffer);
    affected += written;
    int count = at - from;
    refuseOtherCount(sql.schema().name(), count, written, replace);
    return count;
  }

  /**
   * True when a binary value of the row fills a statement by itself. Such rows go alone and as
   * bytes: hexadecimal text is twice as long, and might not fit max_allowed_packet.
   */
  boolean isLarge(Change change) {
    for (int column : sql.binaryColumns()) {
      if (change.after()[column] instanceof byte[] value
          && value.length > statements.statementBytes()) {
        return true;
      }
    }
    return false;
  }

  private void one(Change change, boolean replace) throws SQLException {
    StringJoiner places = new StringJoiner(",", sql.insertPrefix(replace) + "(", ")");
    Object[] values = new Object[sql.columns().length];
    for (int i = 0; i < values.length; i++) {
      places.add("?");
      values[i] = ValueText.parameter(sql.columns()[i], change.after()[i]);
    }
    long written = statements.run(places.toString(), values);
    affected += written;
    refuseOtherCount(sql.schema().name(), 1, written, replace);
  }

  /**
   * Holds the server to what it was sent.
   *
   * @param replace rows that stood in the way count, too
   * @throws SluiceException TARGET_REFUSED_ROW
   */
  static void refuseOtherCount(String table, int sent, long affected, boolean replace) {
    if (affected < sent || !replace && affected != sent) {
      throw new SluiceException(
          ErrorCode.TARGET_REFUSED_ROW,
          "table " + table + ": " + sent + " rows were sent, the server wrote " + affected,
          "look for triggers on the target's table that change or drop rows; nothing was committed");
    }
  }

  private void begin(String prefix, int keysBefore) {
    if (keysBefore == 0) {
      buffer.reset();
      buffer.text(prefix);
    } else {
      buffer.put(',');
    }
  }

  private void end(String scope) throws SQLException {
    buffer.put(')');
    if (scope != null) {
      buffer.text(" AND " + scope);
    }
    statements.run(buffer);
  }

  private void tuple(ColumnSchema[] columns, Object[] values) {
    if (columns.length == 1) {
      list(columns, values);
      return;
    }
    buffer.put('(');
    list(columns, values);
    buffer.put(')');
  }

  private void list(ColumnSchema[] columns, Object[] values) {
    for (int i = 0; i < columns.length; i++) {
      if (i > 0) {
        buffer.put(',');
      }
      ValueText.literal(buffer, columns[i], values[i]);
    }
  }
}
