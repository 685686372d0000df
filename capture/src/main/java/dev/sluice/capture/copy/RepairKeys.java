package dev.sluice.capture.copy;

import dev.sluice.capture.value.TextDecoders;
import dev.sluice.capture.value.TextValues;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.KeyLiterals;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.util.Utf8;

/** Keys as requests name them, in the forms that rows hold and that SQL compares. Stateless. */
final class RepairKeys {

  private RepairKeys() {}

  /**
   * The key's values, over {@link TableSchema#keyColumns()}.
   *
   * @throws IllegalArgumentException when the texts are not such values
   */
  static Object[] values(TableSchema table, Request.Repair.Key key, TextDecoders texts) {
    List<ColumnSchema> columns = table.keySchema();
    if (columns.size() != key.columns().size()) {
      throw new IllegalArgumentException(
          "the key of table "
              + table.name()
              + " has "
              + columns.size()
              + " columns, not "
              + key.columns().size());
    }
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(columns.get(i), key.columns().get(i), texts);
    }
    return values;
  }

  private static Object value(ColumnSchema column, String text, TextDecoders texts) {
    return switch (column.kind()) {
      case TEXT -> new Utf8(HexFormat.of().parseHex(text));
      case BYTES, BIT -> HexFormat.of().parseHex(text);
      default -> TextValues.of(column, text.getBytes(StandardCharsets.US_ASCII), texts);
    };
  }

  /**
   * A condition that the row of the key fulfils, and those whose keys its columns take for equal.
   */
  static String condition(TableSchema table, Object[] key) {
    StringBuilder condition = new StringBuilder("(");
    List<ColumnSchema> columns = table.keySchema();
    for (int i = 0; i < key.length; i++) {
      condition
          .append(i == 0 ? "" : " AND ")
          .append(Identifiers.quote(columns.get(i).name()))
          .append(" = ")
          .append(KeyLiterals.of(columns.get(i), key[i]));
    }
    return condition.append(')').toString();
  }

  /** A key that can be found in a map. */
  record Same(List<Object> values) {

    static Same of(Object[] key) {
      return new Same(
          Arrays.stream(key)
              .map(v -> v instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : v)
              .toList());
    }
  }
}
