package dev.sluice.capture.copy;

import dev.sluice.capture.value.TextDecoders;
import dev.sluice.capture.value.TextValues;
import dev.sluice.capture.value.ValueErrors;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows of a result whose columns are {@link TableQueries}' own. Stateless. */
final class RowValues {

  private RowValues() {}

  /**
   * The row that the result stands at.
   *
   * @throws SluiceException VALUE_NOT_CARRIED, naming table and key
   */
  static Object[] of(TableSchema table, ResultSet result, TextDecoders texts) throws SQLException {
    List<ColumnSchema> columns = table.columns();
    Object[] row = new Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      try {
        row[i] = TextValues.of(columns.get(i), result.getBytes(i + 1), texts);
      } catch (SluiceException e) {
        throw ValueErrors.inRow(e, table.name(), keyText(table, result, texts));
      }
    }
    return row;
  }

  /** The key as far as it can be read; for errors. */
  static String keyText(TableSchema table, ResultSet result, TextDecoders texts)
      throws SQLException {
    List<String> key = new ArrayList<>();
    for (int index : table.keyIndexes()) {
      ColumnSchema column = table.columns().get(index);
      try {
        key.add(ValueErrors.shown(TextValues.of(column, result.getBytes(index + 1), texts)));
      } catch (SluiceException e) {
        key.add("?");
      }
    }
    return key.toString();
  }
}
