package dev.sluice.controller.servers;

import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TargetSchemaCheck;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Creates and removes a move's tables on the target's shards. */
final class TargetTables {

  private final MySqlMoveServers servers;
  private final Keyspace target;

  TargetTables(MySqlMoveServers servers, Keyspace target) {
    this.servers = servers;
    this.target = target;
  }

  /**
   * Creates what is missing; whatever is there must be empty, unless the copy begins again: then
   * the appliers empty it.
   */
  void create(WorkflowRecord record) {
    for (Shard shard : target.shards()) {
      String label = MySqlMoveServers.label(target, shard);
      servers.with(
          shard.primary(),
          "create tables on " + label,
          connection -> {
            Set<String> present = present(connection, shard, record);
            for (TablePlan table : record.plan().tables()) {
              if (present.contains(table.name())) {
                if (record.controls().copyRun() == 0) {
                  requireEmpty(connection, shard, table.name());
                }
              } else if (table.createdByWorkflow()) {
                Queries.update(connection, table.createDdl());
              } else {
                throw gone(label, table.name());
              }
            }
            return null;
          });
    }
  }

  /**
   * Drops, on one shard, the tables that the workflow created, and empties those that it found
   * empty.
   */
  static void drop(WorkflowRecord record, Endpoint primary, ShardFences.Pieces pieces) {
    for (TablePlan table : record.plan().tables()) {
      String name = Identifiers.qualified(primary.schema(), table.name());
      boolean ours = table.createdByWorkflow();
      pieces.run(
          (ours ? "drop " : "empty ") + name,
          connection -> {
            Set<String> present =
                new InformationSchema(connection)
                    .describe(primary.schema(), List.of(table.name()))
                    .keySet();
            if (!present.isEmpty()) {
              Queries.update(connection, "SET SESSION foreign_key_checks = 0");
              Queries.update(
                  connection, (ours ? "DROP TABLE IF EXISTS " : "TRUNCATE TABLE ") + name);
            }
          });
    }
  }

  private static Set<String> present(Connection connection, Shard shard, WorkflowRecord record)
      throws SQLException {
    List<String> names = record.plan().tables().stream().map(TablePlan::name).toList();
    return new InformationSchema(connection).describe(shard.primary().schema(), names).keySet();
  }

  private void requireEmpty(Connection connection, Shard shard, String table) throws SQLException {
    if (!TargetSchemaCheck.isEmpty(connection, shard.primary().schema(), table)) {
      throw new SluiceException(
          ErrorCode.TARGET_SCHEMA_MISMATCH,
          "table " + table + " on " + MySqlMoveServers.label(target, shard) + " holds rows",
          "empty or drop it there, then start the workflow again");
    }
  }

  private static SluiceException gone(String label, String table) {
    return new SluiceException(
        ErrorCode.TARGET_SCHEMA_MISMATCH,
        "table " + table + " has gone from " + label + " since the workflow was created",
        "create it again as it was, or cancel the workflow and create a new one");
  }
}
