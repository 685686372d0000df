package dev.sluice.mysql.sidecar;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The schema that Sluice owns on a primary. Immutable, safe to share between threads.
 *
 * <p>What exists is left alone: nothing is written to the binary log when everything is there.
 */
public final class Sidecar {

  /** The name used where the configuration says none. */
  public static final String DEFAULT_SCHEMA = "_sluice";

  private final String schema;

  /**
   * @param schema its name on every server
   */
  public Sidecar(String schema) {
    Identifiers.quote(schema);
    this.schema = schema;
  }

  public String schema() {
    return schema;
  }

  /**
   * Creates what is missing. Can run in several processes at once.
   *
   * @param connection to a primary; its open transaction, if any, is committed by the server
   * @throws SluiceException TARGET_SCHEMA_MISMATCH when a table exists with other columns; or what
   *     the server answered, classified
   */
  public void ensure(Connection connection) {
    try {
      Map<String, Set<String>> present = present(connection);
      if (present.isEmpty()) {
        Queries.update(connection, "CREATE DATABASE IF NOT EXISTS " + Identifiers.quote(schema));
      }
      for (SidecarTable table : SidecarTable.values()) {
        Set<String> columns = present.get(table.tableName());
        if (columns == null) {
          Queries.update(connection, table.create(schema));
        } else {
          refuseOtherColumns(table, columns);
        }
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "create the sidecar schema " + schema);
    }
  }

  /** True when every table is there. */
  public boolean exists(Connection connection) throws SQLException {
    Map<String, Set<String>> present = present(connection);
    for (SidecarTable table : SidecarTable.values()) {
      if (!present.containsKey(table.tableName())) {
        return false;
      }
    }
    return true;
  }

  private Map<String, Set<String>> present(Connection connection) throws SQLException {
    Map<String, Set<String>> present = new HashMap<>();
    Queries.list(
        connection,
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
            + Literals.string(schema),
        row ->
            present
                .computeIfAbsent(row.getString(1), name -> new HashSet<>())
                .add(row.getString(2)));
    return present;
  }

  private void refuseOtherColumns(SidecarTable table, Set<String> columns) {
    Set<String> missing = new TreeSet<>(table.columnNames());
    missing.removeAll(columns);
    if (!missing.isEmpty()) {
      throw new SluiceException(
          ErrorCode.TARGET_SCHEMA_MISMATCH,
          "sidecar table " + schema + "." + table.tableName() + " lacks the columns " + missing,
          "drop that table if no workflow uses it, or choose another name with `sidecar` in sluice.yaml");
    }
  }
}
