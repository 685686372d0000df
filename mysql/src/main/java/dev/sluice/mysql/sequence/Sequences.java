package dev.sluice.mysql.sequence;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The sequence rows of one sidecar: on the shard of a keyspace with the lowest range. Stateless,
 * safe to share between threads; connections are the caller's. Ids are unsigned 64-bit numbers.
 */
public final class Sequences {

  /**
   * The next id of a closed sequence: whatever block somebody takes, also without this class, is an
   * error of the server (1690), since nothing can be added. What it was stands in a row of its own.
   */
  private static final String CLOSED = "18446744073709551615";

  private static final long CLOSED_ID = -1L;

  private static final String CLOSED_ROW = "/closed";
  private static final int OUT_OF_RANGE = 1690;

  /** Ids that a writer takes at a time, unless the row says otherwise. */
  public static final int DEFAULT_CACHE = 1_000;

  /**
   * A block of ids for one writer alone.
   *
   * @param first the first of them
   * @param count how many, 1 or more
   */
  public record Block(long first, long count) {}

  private final String table;

  /**
   * @param sidecar name of the sidecar schema
   */
  public Sequences(String sidecar) {
    this.table = Identifiers.qualified(sidecar, "sequence");
  }

  /** A sequence's name: {@code <keyspace>.<table>}. */
  public static String name(String keyspace, String tableName) {
    return keyspace + "." + tableName;
  }

  /**
   * Makes sure that each sequence exists, is closed, and will not go on below the id given when it
   * is opened; never lowers one.
   *
   * @param connection with autocommit on
   * @param nextIds by name
   */
  public void raise(Connection connection, Map<String, Long> nextIds) throws SQLException {
    if (nextIds.isEmpty()) {
      return;
    }
    transaction(
        connection,
        () -> {
          shut(connection, nextIds.keySet());
          Map<String, Long> closed = new LinkedHashMap<>();
          nextIds.keySet().forEach(name -> closed.put(name, CLOSED_ID));
          nextIds.forEach((name, next) -> closed.put(name + CLOSED_ROW, next));
          insert(connection, closed);
        });
  }

  /**
   * Lets nobody take blocks any more; what was handed out until then is below {@link #read}.
   *
   * @param connection with autocommit on
   */
  public void close(Connection connection, Collection<String> names) throws SQLException {
    if (names.isEmpty()) {
      return;
    }
    transaction(connection, () -> shut(connection, names));
  }

  private void shut(Connection connection, Collection<String> names) throws SQLException {
    String in = " WHERE name IN (" + Literals.list(names) + ") AND next_id < " + CLOSED;
    Queries.list(
        connection, "SELECT name FROM " + table + in + " FOR UPDATE", row -> row.getString(1));
    Queries.update(
        connection,
        "INSERT INTO "
            + table
            + " (name, next_id, cache) SELECT CONCAT(name, '"
            + CLOSED_ROW
            + "'), next_id, cache FROM "
            + table
            + in
            + " ON DUPLICATE KEY UPDATE next_id = VALUES(next_id)");
    Queries.update(connection, "UPDATE " + table + " SET next_id = " + CLOSED + in);
  }

  /**
   * Opens what was closed, where it was closed.
   *
   * @param connection with autocommit on
   */
  public void reopen(Connection connection, Collection<String> names) throws SQLException {
    if (!names.isEmpty()) {
      transaction(connection, () -> open(connection, names));
    }
  }

  private void open(Connection connection, Collection<String> names) throws SQLException {
    Queries.update(
        connection,
        "UPDATE "
            + table
            + " s JOIN "
            + table
            + " c ON c.name = CONCAT(s.name, '"
            + CLOSED_ROW
            + "') SET s.next_id = c.next_id WHERE s.name IN ("
            + Literals.list(names)
            + ") AND s.next_id = "
            + CLOSED);
    Queries.update(
        connection,
        "DELETE FROM " + table + " WHERE name IN (" + Literals.list(closedRows(names)) + ")");
  }

  private static List<String> closedRows(Collection<String> names) {
    return names.stream().map(name -> name + CLOSED_ROW).toList();
  }

  /** SQL without an answer. */
  private interface Work {
    void run() throws SQLException;
  }

  private static void transaction(Connection connection, Work work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      work.run();
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private void insert(Connection connection, Map<String, Long> nextIds) throws SQLException {
    StringJoiner rows = new StringJoiner(", ");
    nextIds.forEach(
        (name, next) ->
            rows.add(
                "("
                    + Literals.string(name)
                    + ", "
                    + Long.toUnsignedString(next)
                    + ", "
                    + DEFAULT_CACHE
                    + ")"));
    Queries.update(
        connection,
        "INSERT INTO "
            + table
            + " (name, next_id, cache) VALUES "
            + rows
            + " ON DUPLICATE KEY UPDATE next_id = GREATEST(next_id, VALUES(next_id))");
  }

  /** Those of the sequences that are closed. */
  public Set<String> closed(Connection connection, Collection<String> names) throws SQLException {
    return names.isEmpty()
        ? Set.of()
        : Set.copyOf(
            Queries.list(
                connection,
                "SELECT name FROM "
                    + table
                    + " WHERE next_id = "
                    + CLOSED
                    + " AND name IN ("
                    + Literals.list(names)
                    + ")",
                row -> row.getString(1)));
  }

  /** Next ids by name, of those that exist; of a closed one what it was when it was closed. */
  public Map<String, Long> read(Connection connection, Collection<String> names)
      throws SQLException {
    Map<String, Long> nextIds = new HashMap<>();
    if (names.isEmpty()) {
      return nextIds;
    }
    Map<String, Long> closed = rows(connection, closedRows(names));
    rows(connection, names)
        .forEach((name, next) -> nextIds.put(name, closed.getOrDefault(name + CLOSED_ROW, next)));
    return nextIds;
  }

  private Map<String, Long> rows(Connection connection, Collection<String> names)
      throws SQLException {
    Map<String, Long> nextIds = new HashMap<>();
    StringJoiner list = new StringJoiner(", ");
    names.forEach(name -> list.add(Literals.string(name)));
    Queries.list(
        connection,
        "SELECT name, CAST(next_id AS CHAR) FROM " + table + " WHERE name IN (" + list + ")",
        row -> nextIds.put(row.getString(1), Long.parseUnsignedLong(row.getString(2))));
    return nextIds;
  }

  /**
   * Takes the next block of ids.
   *
   * @param connection with autocommit on, so that no writer waits for another's transaction
   * @throws SluiceException NOT_FOUND when there is no such sequence; MYSQL_READ_ONLY, which can be
   *     tried again, while it is closed
   */
  public Block next(Connection connection, String name) throws SQLException {
    if (!connection.getAutoCommit()) {
      throw new IllegalArgumentException("a block of ids is taken in autocommit");
    }
    while (true) {
      long cache =
          Queries.first(
                  connection,
                  "SELECT cache FROM " + table + " WHERE name = " + Literals.string(name),
                  row -> row.getLong(1))
              .orElseThrow(() -> unknown(name));
      if (take(connection, name, cache) == 1) {
        String first =
            Queries.text(connection, "SELECT CAST(LAST_INSERT_ID() AS CHAR)").orElseThrow();
        return new Block(Long.parseUnsignedLong(first), cache);
      }
      // somebody has just given the row another cache
    }
  }

  private int take(Connection connection, String name, long cache) throws SQLException {
    try {
      return Queries.update(
          connection,
          "UPDATE "
              + table
              + " SET next_id = LAST_INSERT_ID(next_id) + cache WHERE name = "
              + Literals.string(name)
              + " AND cache = "
              + cache);
    } catch (SQLException e) {
      if (e.getErrorCode() == OUT_OF_RANGE) {
        throw new SluiceException(
            ErrorCode.MYSQL_READ_ONLY,
            "sequence " + name + " is closed",
            "nothing: the traffic of its table is on the other side, or is just being switched",
            e);
      }
      throw e;
    }
  }

  private static SluiceException unknown(String name) {
    return new SluiceException(
        ErrorCode.NOT_FOUND,
        "there is no sequence " + name,
        "look at option `sequences` of the move, and whether the traffic has been switched");
  }

  /** Deletes sequences; answers how many there were. */
  public int delete(Connection connection, Collection<String> names) throws SQLException {
    int deleted = 0;
    List<String> all = new ArrayList<>(names);
    all.addAll(closedRows(names));
    for (String name : all) {
      deleted +=
          Queries.update(
              connection, "DELETE FROM " + table + " WHERE name = " + Literals.string(name));
    }
    return deleted;
  }
}
