package dev.sluice.tests.compare;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams a table from all shards of one side, merged in key order; further copies of a key are
 * counted.
 */
final class SideReader implements AutoCloseable {

  private static final int MOST_SAMPLES = 10;

  private final List<Cursor> cursors = new ArrayList<>();
  private final List<String> samples = new ArrayList<>();
  private final TableShape shape;
  private final String[] values;
  private String key;
  private String shard;
  private long rows;
  private long duplicates;
  private long misplaced;

  private static final class Cursor {
    final String shard;
    final Connection connection;
    Statement statement;
    ResultSet result;
    String key;

    Cursor(String shard, Connection connection) {
      this.shard = shard;
      this.connection = connection;
    }

    void advance() throws SQLException {
      key = result.next() ? result.getString(1) : null;
    }
  }

  SideReader(List<ShardToCompare> shards, TableShape shape, boolean checkPlacement)
      throws SQLException {
    this.shape = shape;
    this.values = new String[shape.columns().size()];
    try {
      for (ShardToCompare server : shards) {
        Cursor cursor = new Cursor(server.keyRange(), server.connections().openUtc());
        cursors.add(cursor);
        cursor.statement =
            cursor.connection.createStatement(
                ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        cursor.statement.setFetchSize(Integer.MIN_VALUE);
        cursor.result =
            cursor.statement.executeQuery(shape.select(checkPlacement ? server.keyRange() : "-"));
        cursor.advance();
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  /** Moves to the next key; false at the end. */
  boolean next() throws SQLException {
    Cursor first = first();
    if (first == null) {
      return false;
    }
    take(first);
    for (Cursor copy = first(); copy != null && copy.key.equals(key); copy = first()) {
      duplicates++;
      sample("key " + key + " is on " + shard + " and on " + copy.shard);
      countRow(copy);
      copy.advance();
    }
    return true;
  }

  private void take(Cursor cursor) throws SQLException {
    key = cursor.key;
    shard = cursor.shard;
    countRow(cursor);
    for (int i = 0; i < values.length; i++) {
      values[i] = cursor.result.getString(i + 3);
    }
    cursor.advance();
  }

  private void countRow(Cursor cursor) throws SQLException {
    rows++;
    if (cursor.result.getInt(2) != 0) {
      misplaced++;
      sample("key " + cursor.key + " is misplaced on " + cursor.shard);
    }
  }

  private Cursor first() {
    Cursor first = null;
    for (Cursor cursor : cursors) {
      if (cursor.key != null && (first == null || cursor.key.compareTo(first.key) < 0)) {
        first = cursor;
      }
    }
    return first;
  }

  private void sample(String text) {
    if (samples.size() < MOST_SAMPLES) {
      samples.add(shape.name() + ": " + text);
    }
  }

  String key() {
    return key;
  }

  String shard() {
    return shard;
  }

  String value(int column) {
    return values[column];
  }

  long rows() {
    return rows;
  }

  long duplicates() {
    return duplicates;
  }

  long misplaced() {
    return misplaced;
  }

  List<String> samples() {
    return samples;
  }

  @Override
  public void close() throws SQLException {
    for (Cursor cursor : cursors) {
      cursor.connection.close();
    }
  }
}
