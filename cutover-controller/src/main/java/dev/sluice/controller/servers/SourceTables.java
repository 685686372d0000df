package dev.sluice.controller.servers;

import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Takes the moved tables off a source shard; each call goes on where an earlier one ended. */
final class SourceTables {

  private static final int MOST_CHARACTERS = 64;

  private final List<String> tables;

  SourceTables(WorkflowRecord record) {
    this.tables = record.plan().tables().stream().map(TablePlan::name).toList();
  }

  /** The name that a moved table is kept under. */
  static String oldName(String table) {
    return "_" + table + "_old";
  }

  /** Tables whose name would be too long. */
  static List<String> notRenamable(WorkflowRecord record) {
    return record.plan().tables().stream()
        .map(TablePlan::name)
        .filter(
            table -> oldName(table).codePointCount(0, oldName(table).length()) > MOST_CHARACTERS)
        .toList();
  }

  void drop(Endpoint primary, ShardFences.Pieces pieces) {
    for (String table : tables) {
      String name = Identifiers.qualified(primary.schema(), table);
      pieces.run(
          "drop " + name,
          connection -> {
            // the order of tables that refer to each other must not matter
            Queries.update(connection, "SET SESSION foreign_key_checks = 0");
            Queries.update(connection, "DROP TABLE IF EXISTS " + name);
          });
    }
  }

  /** Tables that have the name which a moved one would get. */
  Set<String> oldPresent(Connection connection, Endpoint primary) throws SQLException {
    List<String> names = tables.stream().map(SourceTables::oldName).toList();
    return new InformationSchema(connection).describe(primary.schema(), names).keySet();
  }

  void rename(Endpoint primary, ShardFences.Pieces pieces) {
    for (String table : tables) {
      pieces.run(
          "rename " + Identifiers.qualified(primary.schema(), table),
          connection -> rename(connection, primary, table));
    }
  }

  private static void rename(Connection connection, Endpoint primary, String table)
      throws SQLException {
    String old = oldName(table);
    Set<String> present =
        new InformationSchema(connection).describe(primary.schema(), List.of(table, old)).keySet();
    if (present.contains(table) && present.contains(old)) {
      throw new SluiceException(
          ErrorCode.TARGET_SCHEMA_MISMATCH,
          "table " + table + " cannot be renamed: " + old + " exists on " + primary + " already",
          "drop or rename that table; Sluice goes on by itself");
    }
    if (present.contains(table)) {
      Queries.update(
          connection,
          "RENAME TABLE "
              + Identifiers.qualified(primary.schema(), table)
              + " TO "
              + Identifiers.qualified(primary.schema(), old));
    }
  }
}
