package dev.sluice.mysql.sidecar;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.workflow.ApplierId;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The rows that appliers have parked in one sidecar. Lists of keys are to be short: a thousand at
 * most. Everything is part of the caller's transaction. Stateless, safe to share between threads;
 * connections are the caller's.
 */
public final class ParkedRows {

  private final String table;

  /**
   * @param sidecar name of the sidecar schema
   */
  public ParkedRows(String sidecar) {
    this.table = SidecarTable.PARKED.in(sidecar);
  }

  /** How many rows an applier has parked, by table; tables without one are left out. */
  public Map<String, Long> counts(Connection connection, ApplierId applier) throws SQLException {
    Map<String, Long> counts = new TreeMap<>();
    Queries.list(
        connection,
        "SELECT table_name, COUNT(*) FROM "
            + table
            + " WHERE "
            + scope(applier)
            + " GROUP BY table_name",
        row -> counts.put(row.getString(1), row.getLong(2)));
    return counts;
  }

  /** Parks a row, in place of one of the same stream and key. */
  public void put(Connection connection, ApplierId applier, ParkedRow row) throws SQLException {
    String sql =
        "REPLACE INTO "
            + table
            + " (workflow_uuid, direction, shard, table_name, key_hash, stream, row_key, row_values, parked_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, applier.workflowUuid());
      insert.setString(2, applier.direction().word());
      insert.setString(3, applier.shard());
      insert.setString(4, row.table());
      insert.setBytes(5, row.keyHash());
      insert.setString(6, row.stream());
      insert.setString(7, row.key());
      insert.setString(8, row.values());
      insert.setObject(9, LocalDateTime.ofInstant(row.parkedAt(), ZoneOffset.UTC));
      insert.executeUpdate();
    }
  }

  /** The rows of a table with one of the keys, of any stream. */
  public List<ParkedRow> find(
      Connection connection, ApplierId applier, String tableName, Collection<byte[]> keyHashes)
      throws SQLException {
    return keyHashes.isEmpty()
        ? List.of()
        : select(connection, where(applier, tableName) + " AND " + anyOf(keyHashes));
  }

  /** Which of the keys a stream has parked, and since when. */
  public Map<ByteBuffer, Instant> since(
      Connection connection,
      ApplierId applier,
      String tableName,
      String stream,
      Collection<byte[]> keyHashes)
      throws SQLException {
    Map<ByteBuffer, Instant> since = new HashMap<>();
    if (!keyHashes.isEmpty()) {
      Queries.list(
          connection,
          "SELECT key_hash, parked_at FROM "
              + table
              + where(applier, tableName)
              + ofStream(stream)
              + " AND "
              + anyOf(keyHashes),
          row ->
              since.put(
                  ByteBuffer.wrap(row.getBytes(1)),
                  SidecarTimes.read(row, "parked_at").orElseThrow()));
    }
    return since;
  }

  /**
   * The rows of a table that follow a row in the table's own order.
   *
   * @param after null for the first
   */
  public List<ParkedRow> page(
      Connection connection, ApplierId applier, String tableName, ParkedRow after, int rows)
      throws SQLException {
    String behind = "";
    if (after != null) {
      String hash = Literals.bytes(after.keyHash());
      String stream = Literals.string(after.stream());
      behind =
          " AND key_hash >= " + hash + " AND (key_hash > " + hash + " OR stream > " + stream + ")";
    }
    return select(
        connection,
        where(applier, tableName) + behind + " ORDER BY key_hash, stream LIMIT " + rows);
  }

  /** Removes a stream's rows with one of the keys; answers how many there were. */
  public int remove(
      Connection connection,
      ApplierId applier,
      String tableName,
      String stream,
      Collection<byte[]> keyHashes)
      throws SQLException {
    return keyHashes.isEmpty()
        ? 0
        : Queries.update(
            connection,
            "DELETE FROM "
                + table
                + where(applier, tableName)
                + ofStream(stream)
                + " AND "
                + anyOf(keyHashes));
  }

  /** Removes all of a stream's rows of a table; answers how many there were. */
  public int removeAll(Connection connection, ApplierId applier, String tableName, String stream)
      throws SQLException {
    return Queries.update(
        connection, "DELETE FROM " + table + where(applier, tableName) + ofStream(stream));
  }

  /** Removes every row of a workflow on this server; answers how many there were. */
  public int delete(Connection connection, String workflowUuid) throws SQLException {
    return Queries.update(
        connection,
        "DELETE FROM " + table + " WHERE workflow_uuid = " + Literals.string(workflowUuid));
  }

  private List<ParkedRow> select(Connection connection, String where) throws SQLException {
    List<ParkedRow> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT table_name, key_hash, stream, row_key, row_values, parked_at FROM "
                    + table
                    + where)) {
      while (row.next()) {
        Instant parkedAt = SidecarTimes.read(row, "parked_at").orElseThrow();
        rows.add(
            new ParkedRow(
                row.getString(1),
                row.getBytes(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                parkedAt));
      }
    }
    return rows;
  }

  private static String where(ApplierId applier, String tableName) {
    return " WHERE " + scope(applier) + " AND table_name = " + Literals.string(tableName);
  }

  private static String scope(ApplierId applier) {
    return "workflow_uuid = "
        + Literals.string(applier.workflowUuid())
        + " AND direction = "
        + Literals.string(applier.direction().word())
        + " AND shard = "
        + Literals.string(applier.shard());
  }

  private static String ofStream(String stream) {
    return " AND stream = " + Literals.string(stream);
  }

  private static String anyOf(Collection<byte[]> keyHashes) {
    StringJoiner list = new StringJoiner(",", "key_hash IN (", ")");
    keyHashes.forEach(hash -> list.add(Literals.bytes(hash)));
    return list.toString();
  }
}
