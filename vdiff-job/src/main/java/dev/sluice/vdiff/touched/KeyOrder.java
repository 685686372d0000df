package dev.sluice.vdiff.touched;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Compares keys as MySQL does, where that is certain: numbers and bytes. Texts are not compared
 * here, since that is for collations to say. Immutable.
 *
 * @param columns of the key, in its order
 * @param forms of them
 */
public record KeyOrder(List<String> columns, List<Form> forms) {

  /** How a column's values are compared. */
  public enum Form {
    NUMBER,
    BYTES,
    UNKNOWN
  }

  public KeyOrder {
    columns = List.copyOf(columns);
    forms = List.copyOf(forms);
  }

  /** The order of a table's key. */
  public static KeyOrder of(TableSchema table) {
    List<Form> forms =
        table.keyColumns().stream().map(column -> form(table.column(column))).toList();
    return new KeyOrder(table.keyColumns(), forms);
  }

  private static Form form(ColumnSchema column) {
    return switch (column.kind()) {
      case INTEGER, DECIMAL, YEAR, BIT -> Form.NUMBER;
      case BYTES -> Form.BYTES;
      default -> Form.UNKNOWN;
    };
  }

  /** True when keys can be compared at all. */
  public boolean known() {
    return !forms.contains(Form.UNKNOWN);
  }

  /** A key from the texts that digests show. */
  Object[] ofTexts(List<String> texts) {
    Object[] key = new Object[forms.size()];
    for (int i = 0; i < key.length; i++) {
      key[i] =
          forms.get(i) == Form.BYTES
              ? HexFormat.of().parseHex(texts.get(i))
              : new BigDecimal(texts.get(i));
    }
    return key;
  }

  /**
   * A key from the values of a change.
   *
   * @param names of the values
   * @throws IllegalArgumentException when they are other columns
   */
  Object[] ofValues(List<String> names, Object[] values) {
    Object[] key = new Object[forms.size()];
    for (int i = 0; i < key.length; i++) {
      int place = names.indexOf(columns.get(i));
      if (place < 0) {
        throw new IllegalArgumentException("no key column " + columns.get(i));
      }
      key[i] = value(forms.get(i), values[place]);
    }
    return key;
  }

  private static Object value(Form form, Object value) {
    if (form == Form.BYTES) {
      return value;
    }
    return value instanceof byte[] bits
        ? new BigDecimal(new BigInteger(1, bits))
        : new BigDecimal(value.toString());
  }

  /** Below, equal to or above zero, as for a comparator. */
  int compare(Object[] one, Object[] other) {
    for (int i = 0; i < one.length; i++) {
      int order =
          forms.get(i) == Form.BYTES
              ? Arrays.compareUnsigned((byte[]) one[i], (byte[]) other[i])
              : ((BigDecimal) one[i]).compareTo((BigDecimal) other[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
