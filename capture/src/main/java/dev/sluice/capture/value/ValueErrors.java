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

  /** The same error, naming the table and the key of a row that was copied. */
  public static SluiceException inRow(SluiceException error, String table, Object keyText) {
    return named(error, table, keyText, error.remedy());
  }

  /**
   * The same error of a row in the binary log, which keeps the value whatever the table has now.
   */
  public static SluiceException inStream(SluiceException error, String table, Object keyText) {
    return named(
        error,
        table,
        keyText,
        "correct the row on the source; the binary log keeps the old value, so copy again: sluice start --recopy, or"
            + " cancel the workflow and create it anew");
  }

  private static SluiceException named(
      SluiceException error, String table, Object keyText, String remedy) {
    return new SluiceException(
        error.code(),
        "table " + table + ", key " + keyText + ": " + error.getMessage(),
        remedy,
        error);
  }
}
