package dev.sluice.capture.engine;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads tables' definitions and the executed set at one moment. A SELECT keeps a table's metadata
 * lock until its transaction ends, and DDL is in the executed set before it lets that lock go: so
 * while all are held, a statement is either in both or in neither. Used by one thread.
 */
public final class TableDefinitions {

  private static final Logger log = LoggerFactory.getLogger(TableDefinitions.class);

  /**
   * A statement that defines something.
   *
   * @param schema that it is run in; empty for none
   */
  public record Definition(String schema, String statement) {}

  private final Connection connection;
  private final String schema;
  private final List<String> tables;
  private final String sidecar;
  private final List<Definition> definitions = new ArrayList<>();
  private GtidSet executed;

  /**
   * @param connection without an open transaction
   * @param tables of the schema, all of them there
   */
  public TableDefinitions(
      Connection connection, String schema, List<String> tables, String sidecar) {
    this.connection = connection;
    this.schema = schema;
    this.tables = tables;
    this.sidecar = sidecar;
  }

  /**
   * Reads anew.
   *
   * @param whileUnchanged called while nothing can change
   */
  public void read(Runnable whileUnchanged) throws SQLException {
    definitions.clear();
    defaults();
    Set<String> others = tablesIn(schema);
    tables.forEach(others::remove);
    database(schema);
    for (String other : others) {
      bystander(schema, other);
    }
    database(sidecar);
    Set<String> rest = tablesIn(sidecar);
    for (String table : SidecarRows.TABLES) {
      rest.remove(table);
      define(sidecar, table);
    }
    for (String other : rest) {
      bystander(sidecar, other);
    }
    connection.setAutoCommit(false);
    try {
      lock();
      for (String table : tables) {
        define(schema, table);
      }
      whileUnchanged.run();
      executed = GtidWaiter.executed(connection);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** In an order in which they can be run. */
  public List<Definition> definitions() {
    return List.copyOf(definitions);
  }

  /** What the server had executed at that moment. */
  public GtidSet executed() {
    return executed;
  }

  private void lock() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement
            .executeQuery("SELECT 1 FROM " + Identifiers.qualified(schema, table) + " LIMIT 0")
            .close();
      }
    }
  }

  private void defaults() throws SQLException {
    List<String> sets =
        Queries.list(
            connection,
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('character_set_server',"
                + " 'collation_server')",
            row -> row.getString(1) + "=" + row.getString(2));
    definitions.add(new Definition("", "SET " + String.join(", ", sets)));
  }

  private void database(String name) throws SQLException {
    String defaults =
        Queries.first(
                connection,
                "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM"
                    + " information_schema.SCHEMATA WHERE SCHEMA_NAME = "
                    + Literals.string(name),
                row -> " CHARSET " + row.getString(1) + " COLLATE " + row.getString(2))
            .orElse("");
    definitions.add(new Definition(name, "CREATE DATABASE " + Identifiers.quote(name) + defaults));
  }

  private Set<String> tablesIn(String name) throws SQLException {
    return new LinkedHashSet<>(
        Queries.list(
            connection,
            "SHOW FULL TABLES FROM " + Identifiers.quote(name) + " WHERE Table_type = 'BASE TABLE'",
            row -> row.getString(1)));
  }

  private void define(String in, String table) throws SQLException {
    Queries.first(
            connection,
            "SHOW CREATE TABLE " + Identifiers.qualified(in, table),
            row -> new Definition(in, row.getString(2)))
        .ifPresent(definitions::add);
  }

  /**
   * A table that is not moved: the engine follows its renames, but can do without it, be it gone,
   * locked, crashed, or without its files.
   */
  private void bystander(String in, String table) throws SQLException {
    try {
      define(in, table);
    } catch (SQLException e) {
      ErrorClassifier classifier = new ErrorClassifier();
      boolean passing = classifier.classify(e, "read a definition").retryable();
      if (passing && !classifier.isContention(e)) {
        throw e;
      }
      log.atInfo()
          .addKeyValue("table", in + "." + table)
          .addKeyValue("reason", e.getMessage())
          .log("a table that is not moved cannot be read");
    }
  }
}
