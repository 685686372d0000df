package dev.sluice.tests.workload;

import dev.sluice.tests.sample.TextColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The SQL texts of row writes and reads. */
final class LedgerSql {

  private LedgerSql() {}

  /** An UPDATE of the columns with these numbers, by key. */
  static String update(LedgerTable table, List<Integer> changed) {
    return "UPDATE "
        + TextColumn.quote(table.name())
        + " SET "
        + changed.stream()
            .map(table.columns()::get)
            .map(c -> c.quoted() + " = " + c.parameter())
            .collect(Collectors.joining(", "))
        + byKey(table);
  }

  static String delete(LedgerTable table) {
    return "DELETE FROM " + TextColumn.quote(table.name()) + byKey(table);
  }

  /**
   * A SELECT of all columns of the rows with {@code keys} keys; written so that the key's index is
   * used.
   */
  static String select(LedgerTable table, int keys) {
    String one =
        table.keyColumns().stream()
            .map(table.columns()::get)
            .map(c -> c.quoted() + " = " + c.parameter())
            .collect(Collectors.joining(" AND ", "(", ")"));
    return selectAll(table) + " WHERE " + String.join(" OR ", Collections.nCopies(keys, one));
  }

  static String selectAll(LedgerTable table) {
    return "SELECT "
        + table.columns().stream().map(TextColumn::selected).collect(Collectors.joining(", "))
        + " FROM "
        + TextColumn.quote(table.name());
  }

  /** The present row of a result of {@link #select} or {@link #selectAll}. */
  static String[] row(LedgerTable table, ResultSet result) throws SQLException {
    String[] row = new String[table.columns().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = result.getString(i + 1);
    }
    return row;
  }

  private static String byKey(LedgerTable table) {
    return " WHERE "
        + table.keyColumns().stream()
            .map(table.columns()::get)
            .map(c -> c.quoted() + " = " + c.parameter())
            .collect(Collectors.joining(" AND "));
  }
}
