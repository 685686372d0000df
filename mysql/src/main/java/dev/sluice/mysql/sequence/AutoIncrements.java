package dev.sluice.mysql.sequence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The AUTO_INCREMENT counters of one schema. Not thread-safe: works on the caller's connection. */
final class AutoIncrements {

  private final Connection connection;
  private final String schema;
  private final ErrorClassifier classifier = new ErrorClassifier();

  /**
   * @param connection with autocommit on
   */
  AutoIncrements(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /**
   * The next id of each table that is above all its rows and not below its counter, unsigned; the
   * largest number that there is where a row has that.
   *
   * @param columns AUTO_INCREMENT column by table
   */
  Map<String, Long> next(Map<String, String> columns) throws SQLException {
    Map<String, Long> next = new HashMap<>(counters(columns));
    StringJoiner sql = new StringJoiner(" UNION ALL ");
    columns.forEach(
        (table, column) ->
            sql.add(
                "SELECT "
                    + Literals.string(table)
                    + ", CAST(LEAST(CAST(COALESCE(MAX("
                    + Identifiers.quote(column)
                    + "), 0) AS UNSIGNED), 18446744073709551614) + 1 AS CHAR) FROM "
                    + Identifiers.qualified(schema, table)
                    + " WHERE "
                    + Identifiers.quote(column)
                    + " > 0"));
    Queries.list(
        connection,
        sql.toString(),
        row ->
            next.merge(row.getString(1), Long.parseUnsignedLong(row.getString(2)), IdMath::larger));
    return next;
  }

  /** The counters as they are, unsigned. */
  Map<String, Long> counters(Map<String, String> columns) throws SQLException {
    // 8.0 and newer keep statistics for a day; older servers do not know the variable
    Queries.update(connection, "SET /*!80000 information_schema_stats_expiry = 0, */ @ignored = 0");
    Map<String, Long> counters = new HashMap<>();
    Queries.list(
        connection,
        "SELECT TABLE_NAME, CAST(COALESCE(AUTO_INCREMENT, 1) AS CHAR) FROM"
            + " information_schema.TABLES WHERE TABLE_SCHEMA = "
            + Literals.string(schema)
            + " AND TABLE_NAME IN ("
            + Literals.list(columns.keySet())
            + ")",
        row ->
            columns.containsKey(row.getString(1))
                ? counters.put(row.getString(1), Long.parseUnsignedLong(row.getString(2)))
                : null);
    return counters;
  }

  /**
   * Raises a counter that is too low; at most to the largest id that the column can hold, where the
   * server's counters end, too.
   *
   * @param now the counter as it is, unsigned
   * @param next the next id to be given, unsigned, above 1
   */
  void raise(String table, String column, long now, long next) throws SQLException {
    List<ColumnDescription> columns =
        new InformationSchema(connection).require(schema, table).columns();
    long wanted = IdMath.smaller(next, largest(columns, column));
    if (Long.compareUnsigned(now, wanted) >= 0) {
      return;
    }
    try {
      asApplier(() -> byARow(table, column, columns, wanted));
    } catch (SQLException e) {
      if (classifier.classify(e, "raise a counter").retryable()) {
        throw e;
      }
      // no row can be made up that the table's constraints, partitions or triggers let pass
      byStatement(table, wanted);
    }
    check(table, column, wanted);
  }

  /** SQL without an answer. */
  private interface Statements {
    void run() throws SQLException;
  }

  /** The fence lets such a session pass, and no foreign keys are checked; then it is as before. */
  private void asApplier(Statements statements) throws SQLException {
    String before =
        Queries.first(
                connection,
                "SELECT @@SESSION.sql_mode, @@SESSION.foreign_key_checks, @sluice_applier <=> 1",
                row -> settings(row.getString(1), row.getInt(2), row.getInt(3) == 1 ? "1" : "NULL"))
            .orElseThrow();
    Queries.update(connection, settings("NO_AUTO_VALUE_ON_ZERO", 0, "1"));
    try {
      statements.run();
    } finally {
      // who makes triggers on this session makes them in its mode
      Queries.update(connection, before);
    }
  }

  private static String settings(String mode, int foreignKeyChecks, String applier) {
    return "SET SESSION sql_mode = "
        + Literals.string(mode)
        + ", SESSION foreign_key_checks = "
        + foreignKeyChecks
        + ", @sluice_applier = "
        + applier;
  }

  private static long largest(List<ColumnDescription> columns, String column) {
    return columns.stream()
        .filter(one -> one.name().equalsIgnoreCase(column))
        .findFirst()
        .map(one -> IdMath.largest(one.dataType(), one.unsigned()))
        .orElse(-1L);
  }

  /**
   * Without DDL, which the stream of the table would meet, and without a trace in the binary log:
   * by a row that is never committed. REPLACE, since the row may clash with another one; that
   * stays, too, as nothing is committed.
   */
  private void byARow(String table, String column, List<ColumnDescription> columns, long next)
      throws SQLException {
    String id = Long.toUnsignedString(next - 1);
    connection.setAutoCommit(false);
    try {
      if (Queries.update(connection, copyOfARow(table, column, columns, id)) == 0) {
        Queries.update(
            connection,
            "REPLACE INTO "
                + Identifiers.qualified(schema, table)
                + " ("
                + Identifiers.quote(column)
                + ") VALUES ("
                + id
                + ")");
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * By DDL: the stream passes it on as what operators do on a side that is denied, and it changes
   * no column. In place, and others wait for it no longer than a second at a time.
   */
  private void byStatement(String table, long next) throws SQLException {
    String before = Queries.text(connection, "SELECT @@SESSION.lock_wait_timeout").orElseThrow();
    Queries.update(connection, "SET SESSION lock_wait_timeout = 1");
    try {
      Queries.update(
          connection,
          "ALTER TABLE "
              + Identifiers.qualified(schema, table)
              + " AUTO_INCREMENT = "
              + Long.toUnsignedString(next)
              + ", ALGORITHM = INPLACE");
    } finally {
      Queries.update(connection, "SET SESSION lock_wait_timeout = " + before);
    }
  }

  /** A row like another one passes every constraint of the table. */
  private String copyOfARow(
      String table, String column, List<ColumnDescription> columns, String id) {
    StringJoiner names = new StringJoiner(", ");
    StringJoiner values = new StringJoiner(", ");
    for (ColumnDescription one : columns) {
      if (!one.generated()) {
        names.add(Identifiers.quote(one.name()));
        values.add(one.name().equals(column) ? id : Identifiers.quote(one.name()));
      }
    }
    String target = Identifiers.qualified(schema, table);
    return "REPLACE INTO "
        + target
        + " ("
        + names
        + ") SELECT "
        + values
        + " FROM "
        + target
        + " LIMIT 1";
  }

  private void check(String table, String column, long next) throws SQLException {
    Long counter = counters(Map.of(table, column)).get(table);
    if (counter == null || Long.compareUnsigned(counter, next) < 0) {
      throw new SluiceException(
          ErrorCode.MYSQL_STATEMENT_FAILED,
          "the AUTO_INCREMENT counter of "
              + schema
              + "."
              + table
              + " stays at "
              + (counter == null ? "nothing" : Long.toUnsignedString(counter))
              + ", but must be "
              + Long.toUnsignedString(next),
          "report this as a bug with the table's definition");
    }
  }
}
