package dev.sluice.bench;

import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.measure.Waiting;
import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows written to the source to see when they appear on their shard. Their keys lie above those of
 * all other rows. Not thread-safe.
 */
final class Probes implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final int FIRST_KEY = 1_500_000_000;

  private final Site site;
  private final Connection source;
  private final Map<MysqlServer, Connection> shards = new LinkedHashMap<>();
  private final String table;
  private long nextKey;

  Probes(Site site) {
    this.site = site;
    this.table = site.tables().get(0).name();
    try {
      this.source = site.source().connectAsAdmin();
      for (MysqlServer shard : site.shards()) {
        shards.put(shard, shard.connectAsAdmin());
      }
    } catch (SQLException e) {
      throw failed(e);
    }
    this.nextKey =
        Math.max(
            FIRST_KEY, Rows.number(site.source(), "SELECT COALESCE(MAX(id), 0) + 1 FROM " + table));
  }

  /** Writes one row for each shard; all that was written before comes before them. */
  List<Long> writeOneForEachShard() {
    List<Long> keys = new ArrayList<>();
    for (MysqlServer shard : site.shards()) {
      while (!site.shardOf(nextKey).equals(shard)) {
        nextKey++;
      }
      keys.add(write());
    }
    return keys;
  }

  private long write() {
    long key = nextKey++;
    String sql = "INSERT INTO " + table + " (id, k, c, pad) VALUES (?, 1, 'probe', 'probe')";
    try (PreparedStatement statement = source.prepareStatement(sql)) {
      statement.setLong(1, key);
      statement.executeUpdate();
      return key;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Returns the moment at which all rows were first seen on their shards. */
  long awaitVisible(List<Long> keys, Duration pause) {
    return Waiting.until(
        "rows written to the source are on their shards",
        LIMIT,
        pause,
        () -> keys.stream().allMatch(this::isVisible));
  }

  private boolean isVisible(long key) {
    String sql = "SELECT 1 FROM " + table + " WHERE id = ?";
    try (PreparedStatement statement = shards.get(site.shardOf(key)).prepareStatement(sql)) {
      statement.setLong(1, key);
      try (ResultSet result = statement.executeQuery()) {
        return result.next();
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Writes a row again and again for a time; each sample is the time in milliseconds from before
   * the write until the row was seen on its shard, looked for every 2 ms.
   */
  Samples latencies(Duration time, Duration between) {
    List<Double> milliseconds = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      long seen = awaitVisible(List.of(write()), Duration.ofMillis(2));
      milliseconds.add((seen - began) / 1e6);
      Waiting.sleep(between);
    }
    return new Samples(milliseconds);
  }

  private static BenchException failed(SQLException cause) {
    return new BenchException("probing failed: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    try {
      source.close();
      for (Connection connection : shards.values()) {
        connection.close();
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }
}
