package dev.sluice.mysql.schema;

import java.util.List;

/**
 * A foreign key. Immutable.
 *
 * @param deleteRule CASCADE, SET NULL, RESTRICT, NO ACTION, SET DEFAULT
 * @param updateRule as deleteRule
 */
public record ForeignKeyDescription(
    String name,
    String schema,
    String table,
    List<String> columns,
    String referencedSchema,
    String referencedTable,
    String updateRule,
    String deleteRule) {

  public ForeignKeyDescription {
    columns = List.copyOf(columns);
  }

  /** True when a change of the parent row changes or deletes child rows by itself. */
  public boolean cascades() {
    return changesChildren(updateRule) || changesChildren(deleteRule);
  }

  private static boolean changesChildren(String rule) {
    return rule.equals("CASCADE") || rule.equals("SET NULL") || rule.equals("SET DEFAULT");
  }
}
