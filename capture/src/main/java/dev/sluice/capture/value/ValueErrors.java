package dev.sluice.capture.value;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import java.util.HexFormat;

/** Errors about values; they name the column, never the value. */
public final class ValueErrors {

  private ValueErrors() {}

  static SluiceException notCarried(ColumnSchema column, String why) {
    return new SluiceException(
        ErrorCode.VALUE_NOT_CARRIED,
        "column " + column.name() + " (" + column.columnType() + "): " + why,
        "correct the row on the source, then start the workflow again");
  }

  /** A key's value as an error names it. */
  public static String shown(Object value) {
    return value instanceof byte[] bytes
        ? "0x" + HexFormat.of().formatHex(bytes)
        : String.valueOf(value);
  }

  /** The same error, naming the table and the key of the row. */
  public static SluiceException inRow(SluiceException error, String table, Object keyText) {
    return new SluiceException(
        error.code(),
        "table " + table + ", key " + keyText + ": " + error.getMessage(),
        error.remedy(),
        error);
  }
}
