package dev.sluice.tests.e2e;

import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.vindex.Sha256Vindex;
import dev.sluice.tests.compare.ShardToCompare;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * An application that writes on a sharded side, each row on the shard where its vindex puts it. The
 * side does not have the traffic: where a fence denies its writes, it is opened by hand first.
 */
final class TargetWrites {

  private final List<ShardToCompare> shards;
  private final KeyRanges ranges;
  private final Sha256Vindex vindex = new Sha256Vindex();

  /**
   * @param shards in key order
   */
  TargetWrites(List<ShardToCompare> shards) {
    this.shards = shards;
    this.ranges = KeyRanges.of(shards.stream().map(ShardToCompare::keyRange).toList());
  }

  /** Runs statements in one transaction on the shard of a vindex value. */
  void on(long value, String... statements) throws SQLException {
    byte[] canonical = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    ShardToCompare shard = shards.get(ranges.indexOf(vindex.keyspaceId(canonical)));
    try (Connection connection = shard.connections().openUtc();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE _sluice.fence SET denied = 0 WHERE denied <> 0");
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
      connection.commit();
    }
  }

  /** The sum of a query's one number over the shards. */
  static long sum(List<ShardToCompare> shards, String query) throws SQLException {
    long sum = 0;
    for (ShardToCompare shard : shards) {
      try (Connection connection = shard.connections().openUtc();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(query)) {
        row.next();
        sum += row.getLong(1);
      }
    }
    return sum;
  }
}
