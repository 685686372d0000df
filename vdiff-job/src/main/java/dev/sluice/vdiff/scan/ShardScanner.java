package dev.sluice.vdiff.scan;

import dev.sluice.mysql.digest.KeyBounds;
import dev.sluice.mysql.digest.TableDigests;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.vdiff.topology.ChunkDigests.Part;
import dev.sluice.vdiff.topology.RowBatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one shard over one connection, in one snapshot. Each statement lets go of its metadata
 * locks when it is done, so that DDL never waits for a VDiff. Used by one thread at a time.
 */
public final class ShardScanner implements AutoCloseable {

  /** Of syntax, character sets and collations: literals in a utf8mb3 column's own set have them. */
  private static final Set<Integer> DEPRECATIONS = Set.of(1287, 1681, 3719, 3778);

  private static final int KEYS_AT_ONCE = 200;
  private static final int CONDITIONS_AT_ONCE = 4_000;
  private static final String SAVEPOINT = "sluice_vdiff";

  private final ShardRef shard;
  private final Connection connection;

  private ShardScanner(ShardRef shard, Connection connection) {
    this.shard = shard;
    this.connection = connection;
  }

  /**
   * Connects; no snapshot is open yet.
   *
   * @throws SluiceException classified
   */
  public static ShardScanner connect(MySqlSessions sessions, ShardRef shard) {
    return new ShardScanner(shard, sessions.open(shard.read(), SessionProfile.READER));
  }

  public ShardRef shard() {
    return shard;
  }

  /** Opens the snapshot, ending the one before. */
  void begin() throws SQLException {
    Queries.update(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    Queries.update(connection, "SAVEPOINT " + SAVEPOINT);
  }

  /** For small questions inside the snapshot, or outside of it before {@link #begin}. */
  Connection connection() {
    return connection;
  }

  /** Lets go of the metadata locks that questions through {@link #connection} took. */
  void letGo() throws SQLException {
    Queries.update(connection, "ROLLBACK TO SAVEPOINT " + SAVEPOINT);
  }

  /** Ends the snapshot, if one is open. */
  void end() throws SQLException {
    Queries.update(connection, "ROLLBACK");
  }

  /** Digests of ranges, each as one part; they are numbered from 0. */
  public List<Part> ranges(
      TableSides table, List<KeyBounds> ranges, Collection<List<String>> without) {
    String sql = digests(table).ranges(ranges, literals(table, without));
    return query(table, sql, row -> part(row, table.wide()));
  }

  /** Digests of the buckets of ranges; empty ones are left out. */
  public List<Part> buckets(
      TableSides table, List<KeyBounds> ranges, Collection<List<String>> without, int buckets) {
    String sql = digests(table).buckets(ranges, literals(table, without), buckets);
    return query(table, sql, row -> part(row, table.wide()));
  }

  /** The rows of some buckets of ranges. */
  public List<RowBatch.Row> rows(
      TableSides table,
      List<KeyBounds> ranges,
      Collection<List<String>> without,
      int buckets,
      Collection<Integer> wanted) {
    TableDigests digests = digests(table);
    String sql = digests.rows(ranges, literals(table, without), buckets, wanted);
    return query(table, sql, row -> digestedRow(digests, row));
  }

  /** The rows of these keys. */
  public List<RowBatch.Row> rowsOf(TableSides table, Collection<List<String>> keys) {
    TableDigests digests = digests(table);
    String sql = digests.rowsOf(literals(table, keys));
    return query(table, sql, row -> digestedRow(digests, row));
  }

  /**
   * Where the next ranges of so many rows end, one after the other.
   *
   * @param most ranges to look for; fewer are found when fewer rows are left
   */
  public List<List<String>> bounds(TableSides table, List<String> after, long rows, int most) {
    TableDigests digests = digests(table);
    List<List<String>> bounds = new ArrayList<>();
    List<List<String>> next = List.of();
    do {
      List<String> from = next.isEmpty() ? after : next.get(0);
      next = ask(table, digests.bound(from, rows), row -> keyTexts(digests, row));
      bounds.addAll(next);
    } while (!next.isEmpty() && bounds.size() < most);
    letGoOf(table);
    return bounds;
  }

  /**
   * A row for people.
   *
   * @param plain digest of all its columns but JSON
   * @param values by column; NULL is null
   */
  public record Shown(String plain, Map<String, String> values) {}

  /** Rows by their keys' texts. */
  public Map<List<String>, Shown> shown(TableSides table, Collection<List<String>> keys) {
    TableDigests digests = digests(table);
    Map<List<String>, Shown> shown = new LinkedHashMap<>();
    query(
        table,
        digests.shown(literals(table, keys)),
        row -> {
          Map<String, String> values = new LinkedHashMap<>();
          int place = digests.keyWidth() + 1;
          for (var column : digests.columns()) {
            values.put(column.name(), row.getString(++place));
          }
          String plain = row.getString(digests.keyWidth() + 1);
          shown.put(keyTexts(digests, row), new Shown(plain, values));
          return true;
        });
    return shown;
  }

  /** Texts of those of the keys that the shard has. */
  public Set<List<String>> textsOf(TableSides table, Collection<KeyRef> keys) {
    TableDigests digests = digests(table);
    Set<List<String>> texts = new HashSet<>();
    List<KeyRef> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += KEYS_AT_ONCE) {
      List<List<String>> some =
          all.subList(from, Math.min(all.size(), from + KEYS_AT_ONCE)).stream()
              .map(key -> key.of(shard.side()))
              .toList();
      texts.addAll(query(table, digests.keysOf(some), row -> keyTexts(digests, row)));
    }
    return texts;
  }

  /**
   * Keys of rows that the shard has now, by their texts, as {@code Request.Repair.Key} wants them;
   * needs no snapshot.
   */
  public Map<List<String>, List<String>> requestForms(
      TableSides table, Collection<List<String>> keys) {
    TableDigests digests = digests(table);
    Map<List<String>, List<String>> forms = new LinkedHashMap<>();
    try {
      begin();
      query(
          table,
          digests.requestForms(literals(table, keys)),
          row -> {
            List<String> form = new ArrayList<>();
            for (int i = 1; i <= digests.keyWidth(); i++) {
              form.add(row.getString(digests.keyWidth() + i));
            }
            forms.put(keyTexts(digests, row), form);
            return true;
          });
      end();
      return forms;
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read keys on " + shard.read());
    }
  }

  /** Those of the keys that lie in one of the ranges. */
  public Set<List<String>> within(
      TableSides table, List<KeyBounds> ranges, Collection<List<String>> keys) {
    TableDigests digests = digests(table);
    Set<List<String>> inside = new HashSet<>();
    List<List<String>> all = List.copyOf(keys);
    int atOnce = Math.max(1, Math.min(KEYS_AT_ONCE, CONDITIONS_AT_ONCE / ranges.size()));
    for (int from = 0; from < all.size(); from += atOnce) {
      List<List<String>> some = all.subList(from, Math.min(all.size(), from + atOnce));
      String sql = digests.within(ranges, literals(table, some));
      query(
          table,
          sql,
          row -> {
            for (int i = 0; i < some.size(); i++) {
              if (row.getInt(i + 1) != 0) {
                inside.add(some.get(i));
              }
            }
            return true;
          });
    }
    return inside;
  }

  private List<List<String>> literals(TableSides table, Collection<List<String>> keyTexts) {
    TableDigests digests = digests(table);
    return keyTexts.stream().map(digests::literals).toList();
  }

  private TableDigests digests(TableSides table) {
    return table.on(shard);
  }

  private static Part part(ResultSet row, boolean wide) throws SQLException {
    long rows = row.getLong(2);
    String digest = rows == 0 ? "0" : TableDigests.comparable(row.getString(3), wide);
    return new Part(row.getInt(1), rows, digest, rows == 0 ? 0 : row.getLong(4));
  }

  private static RowBatch.Row digestedRow(TableDigests digests, ResultSet row) throws SQLException {
    int width = digests.keyWidth();
    return new RowBatch.Row(
        keyTexts(digests, row), row.getString(width + 1), row.getInt(width + 2) != 0);
  }

  private static List<String> keyTexts(TableDigests digests, ResultSet row) throws SQLException {
    List<String> texts = new ArrayList<>(digests.keyWidth());
    for (int i = 1; i <= digests.keyWidth(); i++) {
      texts.add(row.getString(i));
    }
    return texts;
  }

  private <T> List<T> query(TableSides table, String sql, Queries.RowMapper<T> mapper) {
    List<T> rows = ask(table, sql, mapper);
    letGoOf(table);
    return rows;
  }

  /** Keeps the metadata locks that it takes. */
  private <T> List<T> ask(TableSides table, String sql, Queries.RowMapper<T> mapper) {
    try (Statement statement = connection.createStatement()) {
      // names may hold braces
      statement.setEscapeProcessing(false);
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery(sql)) {
        while (result.next()) {
          rows.add(mapper.map(result));
        }
      }
      refuseWarnings(table, statement.getWarnings());
      return rows;
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, action(table));
    }
  }

  private void letGoOf(TableSides table) {
    try {
      letGo();
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, action(table));
    }
  }

  private String action(TableSides table) {
    return "compare rows of table " + table.name() + " on " + shard.read();
  }

  /** A digest that the server had doubts about proves nothing (I10). */
  private void refuseWarnings(TableSides table, SQLWarning first) {
    for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
      if (!DEPRECATIONS.contains(warning.getErrorCode())) {
        throw new SluiceException(
            ErrorCode.VDIFF_FAILED,
            "rows of table "
                + table.name()
                + " on "
                + shard.read()
                + " cannot be digested: "
                + warning.getMessage(),
            "raise max_allowed_packet on both sides if it speaks of that, then resume the VDiff");
      }
    }
  }

  /** Cuts the connection, whatever runs on it. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "close a connection to " + shard.read());
    }
  }
}
