package dev.sluice.mysql.sequence;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The sequence rows of one sidecar: on the shard of a keyspace with the lowest range. Stateless,
 * safe to share between threads; connections are the caller's. Ids are unsigned 64-bit numbers.
 */
public final class Sequences {

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
   * Makes sure that each sequence exists and that its next id is not below the one given; never
   * lowers one. One statement for all of them.
   *
   * @param nextIds by name
   */
  public void raise(Connection connection, Map<String, Long> nextIds) throws SQLException {
    if (nextIds.isEmpty()) {
      return;
    }
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

  /** Next ids by name, of those that exist. */
  public Map<String, Long> read(Connection connection, Collection<String> names)
      throws SQLException {
    Map<String, Long> nextIds = new HashMap<>();
    if (names.isEmpty()) {
      return nextIds;
    }
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
   * @throws SluiceException NOT_FOUND when there is no such sequence
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
      int matched =
          Queries.update(
              connection,
              "UPDATE "
                  + table
                  + " SET next_id = LAST_INSERT_ID(next_id) + cache WHERE name = "
                  + Literals.string(name)
                  + " AND cache = "
                  + cache);
      if (matched == 1) {
        String first =
            Queries.text(connection, "SELECT CAST(LAST_INSERT_ID() AS CHAR)").orElseThrow();
        return new Block(Long.parseUnsignedLong(first), cache);
      }
      // somebody has just given the row another cache
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
    for (String name : names) {
      deleted +=
          Queries.update(
              connection, "DELETE FROM " + table + " WHERE name = " + Literals.string(name));
    }
    return deleted;
  }
}
