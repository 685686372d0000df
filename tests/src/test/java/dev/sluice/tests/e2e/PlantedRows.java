package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.ShardToCompare;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Differences of every class in one table of a sharded side, planted where no stream hears of them,
 * and what a VDiff has to say of them. Not thread-safe.
 */
final class PlantedRows {

  private final List<ShardToCompare> shards;
  private final String table;
  private final List<String> key;
  private int mismatched;
  private int missing;
  private int extra;
  private int misplaced;
  private int duplicated;

  /**
   * @param key columns that tell rows apart
   */
  PlantedRows(List<ShardToCompare> shards, String table, String... key) {
    this.shards = shards;
    this.table = table;
    this.key = List.of(key);
  }

  /** Changes a row, deletes the first, the last and one of the middle of a shard. */
  PlantedRows changeAndDelete(int shard, String change) throws SQLException {
    List<List<Object>> keys = keys(shard);
    assertThat(keys).as(table + " on " + shard).hasSizeGreaterThan(10);
    List<Object> changed = keys.get(3);
    update(shard, "UPDATE " + table + " SET " + change + where(), changed);
    mismatched++;
    for (List<Object> one : List.of(keys.get(0), keys.get(7), keys.get(keys.size() - 1))) {
      update(shard, "DELETE FROM " + table + where(), one);
      missing++;
    }
    return this;
  }

  /** Puts a row of one shard on another, too, and moves another one there. */
  PlantedRows misplace(int from, int to) throws SQLException {
    List<List<Object>> keys = keys(from);
    copy(from, to, keys.get(2), null);
    duplicated++;
    copy(from, to, keys.get(5), null);
    update(from, "DELETE FROM " + table + where(), keys.get(5));
    misplaced++;
    return this;
  }

  /** Adds a row that the other side does not have: one like another, with a key of its own. */
  PlantedRows add(int shard, Object... newKey) throws SQLException {
    copy(shard, shard, keys(shard).get(1), List.of(newKey));
    extra++;
    return this;
  }

  /** What was planted was found on the target, and nothing else. */
  void areFound(JsonNode vdiff, long rows) {
    JsonNode found = vdiff.path("tables").path(table);
    String all = vdiff.toPrettyString();
    assertThat(found.path("mismatchedRows").asInt()).as(all).isEqualTo(mismatched);
    assertThat(found.path("extraRowsSource").asInt()).as(all).isEqualTo(missing);
    assertThat(found.path("extraRowsTarget").asInt()).as(all).isEqualTo(extra);
    assertThat(found.path("misplacedRows").asInt()).as(all).isEqualTo(misplaced);
    assertThat(found.path("duplicatedRows").asInt()).as(all).isEqualTo(duplicated);
    assertThat(found.path("notComparedRows").asInt()).as(all).isZero();
    assertThat(found.path("rowsCompared").asLong()).as(all).isEqualTo(rows + extra);
    assertThat(found.path("matchingRows").asLong())
        .as(all)
        .isEqualTo(rows - mismatched - missing - misplaced - duplicated);
  }

  private String where() {
    return key.stream()
        .map(column -> column + " = ?")
        .collect(Collectors.joining(" AND ", " WHERE ", ""));
  }

  private List<List<Object>> keys(int shard) throws SQLException {
    List<List<Object>> keys = new ArrayList<>();
    String columns = String.join(", ", key);
    try (Connection connection = shards.get(shard).connections().openUtc();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT " + columns + " FROM " + table + " ORDER BY " + columns)) {
      while (row.next()) {
        List<Object> one = new ArrayList<>();
        for (int i = 1; i <= key.size(); i++) {
          one.add(row.getObject(i));
        }
        keys.add(one);
      }
    }
    return keys;
  }

  private void update(int shard, String sql, List<Object> values) throws SQLException {
    try (Connection connection = unheard(shard);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      assertThat(statement.executeUpdate()).as(sql + values).isEqualTo(1);
    }
  }

  private Connection unheard(int shard) throws SQLException {
    Connection connection = shards.get(shard).connections().openUtc();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_log_bin = 0, @sluice_applier = 1");
    }
    return connection;
  }

  private void copy(int from, int to, List<Object> which, List<Object> newKey) throws SQLException {
    List<String> names = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    try (Connection connection = shards.get(from).connections().openUtc();
        PreparedStatement statement =
            connection.prepareStatement("SELECT * FROM " + table + where())) {
      for (int i = 0; i < which.size(); i++) {
        statement.setObject(i + 1, which.get(i));
      }
      try (ResultSet row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          String name = row.getMetaData().getColumnName(i);
          names.add(name);
          int place = key.indexOf(name);
          values.add(newKey == null || place < 0 ? row.getObject(i) : newKey.get(place));
        }
      }
    }
    String marks =
        IntStream.range(0, names.size()).mapToObj(i -> "?").collect(Collectors.joining(", "));
    update(
        to,
        "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES (" + marks + ")",
        values);
  }
}
