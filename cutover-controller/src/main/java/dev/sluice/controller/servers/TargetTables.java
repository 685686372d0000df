package dev.sluice.controller.servers;

import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
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
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Creates and removes a move's tables on the target's shards. */
final class TargetTables {

  private final MySqlMoveServers servers;
  private final Keyspace source;
  private final Keyspace target;

  TargetTables(MySqlMoveServers servers, Keyspace source, Keyspace target) {
    this.servers = servers;
    this.source = source;
    this.target = target;
  }

  /**
   * Creates what is missing. Whatever is there must be empty and defined as on the source, for
   * somebody may have made it since the workflow was created; unless the copy has begun before and
   * begins again: then the appliers empty it, and know what they write.
   */
  void create(WorkflowRecord record) {
    Map<String, TableDescription> defined = record.copyBegan() ? Map.of() : definitions(record);
    for (Shard shard : target.shards()) {
      String label = MySqlMoveServers.label(target, shard);
      servers.with(
          shard.primary(),
          "create tables on " + label,
          connection -> {
            Map<String, TableDescription> present = present(connection, shard, record);
            for (TablePlan table : record.plan().tables()) {
              if (present.containsKey(table.name())) {
                if (!record.copyBegan()) {
                  requireEmpty(connection, shard, table.name());
                  requireAlike(defined.get(table.name()), present.get(table.name()), label);
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
   * empty. Before the copy has begun no row is the workflow's: tables that hold some are left.
   *
   * @param left told of each table that was left
   */
  static void drop(
      WorkflowRecord record, Endpoint primary, ShardFences.Pieces pieces, Consumer<String> left) {
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
            if (present.isEmpty()) {
              return;
            }
            if (!record.copyBegan()
                && !TargetSchemaCheck.isEmpty(connection, primary.schema(), table.name())) {
              left.accept(table.name() + " on " + primary);
              return;
            }
            Queries.update(connection, "SET SESSION foreign_key_checks = 0");
            Queries.update(connection, (ours ? "DROP TABLE IF EXISTS " : "TRUNCATE TABLE ") + name);
          });
    }
  }

  private Map<String, TableDescription> definitions(WorkflowRecord record) {
    Shard first = source.shards().get(0);
    return servers.with(
        first.primary(),
        "read the definitions of the tables to move",
        connection -> present(connection, first, record));
  }

  private static Map<String, TableDescription> present(
      Connection connection, Shard shard, WorkflowRecord record) throws SQLException {
    List<String> names = record.plan().tables().stream().map(TablePlan::name).toList();
    return new InformationSchema(connection).describe(shard.primary().schema(), names);
  }

  /**
   * As preflight compared the tables that it found.
   *
   * @param wanted null when the source's table has gone: its stream says so
   */
  static void requireAlike(TableDescription wanted, TableDescription found, String label) {
    if (wanted == null) {
      return;
    }
    List<String> differences =
        TargetSchemaCheck.compare(wanted, found).stream()
            .filter(TargetSchemaCheck.Difference::blocking)
            .map(difference -> difference.object() + ": " + difference.message())
            .toList();
    if (!differences.isEmpty()) {
      throw new SluiceException(
          ErrorCode.TARGET_SCHEMA_MISMATCH,
          "table "
              + found.name()
              + " on "
              + label
              + " is not defined as on the source: "
              + String.join("; ", differences),
          "make the definitions equal, or drop the table on every shard of the target, then start"
              + " the workflow again");
    }
  }

  private void requireEmpty(Connection connection, Shard shard, String table) throws SQLException {
    if (!TargetSchemaCheck.isEmpty(connection, shard.primary().schema(), table)) {
      throw new SluiceException(
          ErrorCode.TARGET_SCHEMA_MISMATCH,
          "table " + table + " on " + MySqlMoveServers.label(target, shard) + " holds rows",
          "empty or drop it there, then start the workflow again; if the rows are wanted, cancel:"
              + " they stay");
    }
  }

  private static SluiceException gone(String label, String table) {
    return new SluiceException(
        ErrorCode.TARGET_SCHEMA_MISMATCH,
        "table " + table + " has gone from " + label + " since the workflow was created",
        "create it again as it was, or cancel the workflow and create a new one");
  }
}
