package dev.sluice.controller.servers;

import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TargetDdl;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Builds the plan of a move from what the servers say. */
final class PlanReader {

  /** Is there a thousandth row? */
  private static final String WORTH_DEFERRING = " LIMIT 999, 1";

  private final MySqlMoveServers servers;
  private final Keyspace source;
  private final Keyspace target;

  PlanReader(MySqlMoveServers servers, Keyspace source, Keyspace target) {
    this.servers = servers;
    this.source = source;
    this.target = target;
  }

  MovePlan read(WorkflowSpec spec, List<String> tables, Map<String, VindexSpec> targetVindexes) {
    Map<String, TargetDdl> ddl = new LinkedHashMap<>();
    Map<String, TableDescription> descriptions = definitions(tables, ddl);
    Map<String, Long> estimates = estimates(tables);
    Map<String, Boolean> existing = existing(tables);
    Set<String> large = spec.options().deferSecondaryKeys() ? large(tables) : Set.of();
    List<TablePlan> plans = new ArrayList<>();
    for (String name : tables) {
      boolean creates = !existing.get(name);
      TargetDdl statements = ddl.get(name);
      boolean defers = creates && large.contains(name);
      plans.add(
          new TablePlan(
              descriptions.get(name).toSchema(),
              source.sharded() ? source.vindexes().get(name) : null,
              target.sharded() ? targetVindexes.get(name) : null,
              statements.full(),
              defers ? statements.withoutDeferred() : statements.full(),
              defers ? deferred(statements) : List.of(),
              creates,
              estimates.getOrDefault(name, 0L)));
    }
    return new MovePlan(names(source), names(target), plans);
  }

  private Map<String, TableDescription> definitions(
      List<String> tables, Map<String, TargetDdl> ddl) {
    Endpoint endpoint = source.shards().get(0).primary();
    boolean olderNames = targetKnowsOlderNamesOnly();
    return servers.with(
        endpoint,
        "read the definitions of the tables to move",
        connection -> {
          InformationSchema schema = new InformationSchema(connection);
          Map<String, TableDescription> found = schema.describe(endpoint.schema(), tables);
          for (String table : tables) {
            TableDescription description = found.get(table);
            if (description == null) {
              throw new SluiceException(
                  ErrorCode.NOT_FOUND,
                  "table " + table + " has gone from keyspace " + source.name(),
                  "ask again with the tables that are there");
            }
            String text = schema.showCreate(endpoint.schema(), table);
            ddl.put(table, TargetDdl.of(description, text, olderNames));
          }
          return found;
        });
  }

  /** Collations of utf8mb3 have their present names from 8.0.30 on. */
  private boolean targetKnowsOlderNamesOnly() {
    for (Shard shard : target.shards()) {
      boolean newer =
          servers.with(
              shard.primary(),
              "read the version of " + MySqlMoveServers.label(target, shard),
              connection -> new InformationSchema(connection).version().atLeast(8, 0, 30));
      if (!newer) {
        return true;
      }
    }
    return false;
  }

  private Map<String, Long> estimates(List<String> tables) {
    Map<String, Long> estimates = new HashMap<>();
    for (Shard shard : source.shards()) {
      describe(shard, source, tables)
          .forEach((name, table) -> estimates.merge(name, table.estimatedRows(), Long::sum));
    }
    return estimates;
  }

  /**
   * Tables whose secondary keys are worth adding later: with few rows, an ALTER takes longer than
   * the keys cost. Counted, not estimated: statistics of a fresh table lag far behind.
   */
  private Set<String> large(List<String> tables) {
    Set<String> large = new HashSet<>();
    for (Shard shard : source.shards()) {
      servers.with(
          shard.primary(),
          "look at the sizes of the tables of " + MySqlMoveServers.label(source, shard),
          connection -> {
            for (String table : tables) {
              String name = Identifiers.qualified(shard.primary().schema(), table);
              if (Queries.text(connection, "SELECT 1 FROM " + name + WORTH_DEFERRING).isPresent()) {
                large.add(table);
              }
            }
            return null;
          });
    }
    return large;
  }

  /** Which tables are on the target already: on all of its shards or on none. */
  private Map<String, Boolean> existing(List<String> tables) {
    Map<String, List<String>> shardsByTable = new HashMap<>();
    for (Shard shard : target.shards()) {
      Set<String> found = describe(shard, target, tables).keySet();
      found.forEach(
          name -> shardsByTable.computeIfAbsent(name, n -> new ArrayList<>()).add(shard.name()));
    }
    Map<String, Boolean> existing = new HashMap<>();
    for (String table : tables) {
      List<String> shards = shardsByTable.getOrDefault(table, List.of());
      if (!shards.isEmpty() && shards.size() < target.shards().size()) {
        throw new SluiceException(
            ErrorCode.TARGET_SCHEMA_MISMATCH,
            "table " + table + " exists on target shards " + shards + " only",
            "create it on every shard of keyspace " + target.name() + ", or drop it everywhere");
      }
      existing.put(table, !shards.isEmpty());
    }
    return existing;
  }

  private Map<String, TableDescription> describe(
      Shard shard, Keyspace keyspace, List<String> tables) {
    return servers.with(
        shard.primary(),
        "read the tables of " + MySqlMoveServers.label(keyspace, shard),
        connection -> new InformationSchema(connection).describe(shard.primary().schema(), tables));
  }

  private static List<TablePlan.DeferredIndex> deferred(TargetDdl ddl) {
    return ddl.deferred().stream()
        .map(index -> new TablePlan.DeferredIndex(index.name(), index.addClause()))
        .toList();
  }

  private static List<String> names(Keyspace keyspace) {
    return keyspace.shards().stream().map(Shard::name).toList();
  }
}
