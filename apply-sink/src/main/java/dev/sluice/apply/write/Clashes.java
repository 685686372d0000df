package dev.sluice.apply.write;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds out which row stands in the way of another one. Slow, for errors only. */
final class Clashes {

  /**
   * @param key of the row that was to be written
   * @param ownShard the other row lies in the stream's own scope
   */
  record Clash(String key, String uniqueKey, String otherKey, boolean ownShard) {}

  private final TableSql sql;
  private final Statements statements;
  private final TextBuffer buffer = new TextBuffer(1 << 10);

  Clashes(TableSql sql, Statements statements) {
    this.sql = sql;
    this.statements = statements;
  }

  /**
   * The first clash between these rows and the table, as the open transaction sees it; null when
   * there is none.
   */
  Clash find(List<Change> changes, String scope) throws SQLException {
    List<TableSchema.UniqueKey> keys = new ArrayList<>();
    keys.add(new TableSchema.UniqueKey("the key", sql.schema().keyColumns()));
    keys.addAll(sql.schema().secondaryUniqueKeys());
    for (Change change : changes) {
      for (TableSchema.UniqueKey key : keys) {
        Clash clash = find(change, key, scope);
        if (clash != null) {
          return clash;
        }
      }
    }
    return withinBatch(changes);
  }

  /**
   * The error that a clash is.
   *
   * @param clash null when it is not known
   */
  SluiceException refused(Clash clash, SQLException cause) {
    return new SluiceException(
        ErrorCode.TARGET_REFUSED_ROW,
        "table "
            + sql.schema().name()
            + (clash == null
                ? ": a row clashes with another one: " + cause.getMessage()
                : ": the row with key "
                    + clash.key()
                    + " clashes in "
                    + clash.uniqueKey()
                    + " with the row with key "
                    + clash.otherKey()),
        "find out who wrote the other row on the target; nothing was overwritten; put it right, then start the workflow"
            + " again",
        cause);
  }

  private Clash find(Change change, TableSchema.UniqueKey key, String scope) throws SQLException {
    UniqueValues values = new UniqueValues(sql.schema(), key);
    Object[] tuple = values.of(change.after());
    if (tuple == null) {
      return null;
    }
    buffer.reset();
    buffer.text(sql.selectKeyPrefix());
    condition(values.columns(), tuple);
    String where = text();
    String other = firstKey(where);
    if (other == null) {
      return null;
    }
    boolean ownShard = scope == null || firstKey(where + " AND " + scope) != null;
    return new Clash(keyText(change), key.name(), other, ownShard);
  }

  /**
   * Two rows of one batch with equal keys or unique values: then the batch itself is at odds with
   * the target's collation.
   */
  private Clash withinBatch(List<Change> changes) {
    for (TableSchema.UniqueKey key : sql.schema().secondaryUniqueKeys()) {
      UniqueValues values = new UniqueValues(sql.schema(), key);
      Map<List<Object>, Change> seen = new HashMap<>();
      for (Change change : changes) {
        Object[] tuple = values.of(change.after());
        Change other = tuple == null ? null : seen.put(List.of(tuple), change);
        if (other != null) {
          return new Clash(keyText(change), key.name(), keyText(other), true);
        }
      }
    }
    return null;
  }

  private void condition(ColumnSchema[] columns, Object[] values) {
    for (int i = 0; i < columns.length; i++) {
      buffer.text((i > 0 ? " AND " : "") + Identifiers.quote(columns[i].name()) + "=");
      ValueText.literal(buffer, columns[i], values[i]);
    }
  }

  private String firstKey(String select) throws SQLException {
    try (Statement statement = statements.connection().createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery(select + " LIMIT 1")) {
        if (!row.next()) {
          return null;
        }
        StringBuilder key = new StringBuilder("(");
        for (int i = 1; i <= sql.keyColumns().length; i++) {
          key.append(i > 1 ? ", " : "").append(row.getString(i));
        }
        return key.append(')').toString();
      }
    }
  }

  private String keyText(Change change) {
    buffer.reset();
    buffer.put('(');
    for (int i = 0; i < change.key().length; i++) {
      buffer.text(i > 0 ? ", " : "");
      ValueText.literal(buffer, sql.keyColumns()[i], change.key()[i]);
    }
    buffer.put(')');
    return text();
  }

  private String text() {
    return new String(buffer.array(), 0, buffer.length(), StandardCharsets.UTF_8);
  }
}
