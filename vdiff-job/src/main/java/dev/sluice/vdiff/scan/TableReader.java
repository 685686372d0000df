package dev.sluice.vdiff.scan;

import dev.sluice.mysql.digest.TableDigests;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.vdiff.topology.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads from the servers how the tables are on each shard now. Stateless. */
public final class TableReader {

  private record OnShard(Map<String, TableDescription> tables, boolean wide, String release) {}

  private TableReader() {}

  /**
   * The tables on both sides.
   *
   * @throws SluiceException NOT_FOUND when a shard has no such table, TARGET_SCHEMA_MISMATCH when
   *     its columns differ
   */
  public static Map<String, TableSides> read(
      MySqlSessions sessions, MoveSides sides, List<String> tables) {
    Map<String, OnShard> found = new LinkedHashMap<>();
    for (ShardRef shard : sides.all()) {
      found.put(shard.label(), read(sessions, shard, tables));
    }
    Map<String, TableSides> result = new LinkedHashMap<>();
    for (String table : tables) {
      result.put(table, sides(sides, table, found));
    }
    return result;
  }

  private static OnShard read(MySqlSessions sessions, ShardRef shard, List<String> tables) {
    try (Connection connection = sessions.open(shard.read(), SessionProfile.CONTROL)) {
      InformationSchema schema = new InformationSchema(connection);
      Map<String, TableDescription> found = schema.describe(shard.read().schema(), tables);
      for (String table : tables) {
        if (!found.containsKey(table)) {
          throw new SluiceException(
              ErrorCode.NOT_FOUND,
              "table " + table + " is not there on " + shard.read(),
              "create it as it is on the other shards, then resume the VDiff");
        }
      }
      return new OnShard(
          found,
          schema.version().atLeast(8, 0, 0),
          connection.getMetaData().getDatabaseMajorVersion()
              + "."
              + connection.getMetaData().getDatabaseMinorVersion());
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read definitions on " + shard.read());
    }
  }

  private static TableSides sides(MoveSides sides, String table, Map<String, OnShard> found) {
    TablePlan plan = sides.plan().table(table);
    Map<Side, TableSchema> schemas = new HashMap<>();
    for (ShardRef shard : sides.all()) {
      // shards of a side are alike; one that is not is found column by column below
      schemas.putIfAbsent(shard.side(), found.get(shard.label()).tables().get(table).toSchema());
    }
    TableSchema source = schemas.get(Side.SOURCE);
    TableSchema target = schemas.get(Side.TARGET);
    refuseOthers(table, source, target);
    List<String> order = source.columns().stream().map(column -> column.name()).toList();
    Map<String, TableDigests> digests = new HashMap<>();
    boolean mixed = found.values().stream().map(OnShard::release).distinct().count() > 1;
    long estimated = 0;
    for (ShardRef shard : sides.all()) {
      OnShard there = found.get(shard.label());
      boolean isSource = shard.side() == Side.SOURCE;
      VindexSpec vindex = isSource ? plan.sourceVindex() : plan.targetVindex();
      digests.put(
          shard.label(),
          new TableDigests(
              shard.read().schema(),
              there.tables().get(table).toSchema(),
              isSource ? target : source,
              order,
              source.keyColumns(),
              there.wide(),
              mixed,
              sides.count(shard.side()) == 1 ? null : vindex,
              shard.range()));
      if (shard.side() == sides.truth()) {
        estimated += there.tables().get(table).estimatedRows();
      }
    }
    boolean wide = found.values().stream().allMatch(OnShard::wide);
    return new TableSides(table, source, target, digests, wide, Math.max(1, estimated));
  }

  private static void refuseOthers(String table, TableSchema source, TableSchema target) {
    for (var column : target.columns()) {
      if (source.columns().stream().noneMatch(known -> known.name().equals(column.name()))) {
        throw new SluiceException(
            ErrorCode.TARGET_SCHEMA_MISMATCH,
            "table " + table + " has column " + column.name() + " on the target only",
            "drop the column, or add it on the source, then resume the VDiff");
      }
    }
  }
}
