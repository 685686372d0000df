package dev.sluice.mysql.ddl;

import java.util.Locale;

/**
 * A table by its schema and name, both without quotes. Immutable.
 *
 * @param schema the statement's own, else the session's; may be empty
 */
public record TableName(String schema, String table) {

  /** The name as a server shows it that is not particular about case. */
  TableName inLowerCase() {
    return new TableName(schema.toLowerCase(Locale.ROOT), table.toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
