package dev.sluice.mysql.ddl;

/**
 * A table by its schema and name, both without quotes. Immutable.
 *
 * @param schema the statement's own, else the session's; may be empty
 */
public record TableName(String schema, String table) {

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
