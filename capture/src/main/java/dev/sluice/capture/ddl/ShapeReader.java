package dev.sluice.capture.ddl;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.SourceEvent.EngineColumn;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds a table's shape right behind a statement. The engine knows the columns at that place; the
 * server knows them better, but as they are now, which may be further on: so its word counts only
 * where it agrees with the engine's. Not thread-safe.
 */
public final class ShapeReader {

  private final MySqlSessions sessions;
  private final Endpoint read;

  public ShapeReader(MySqlSessions sessions, Endpoint read) {
    this.sessions = sessions;
    this.read = read;
  }

  /**
   * The shape.
   *
   * @param plan the table as its rows have come so far
   * @throws dev.sluice.schemas.error.SluiceException DDL_STOPPED when rows cannot be followed
   *     behind the statement
   */
  TableSchema after(SourceEvent.Ddl ddl, TablePlan plan) {
    TableSchema before = plan.schema();
    Optional<TableDescription> now = now(before.name());
    if (ddl.columns().isEmpty()) {
      return before;
    }
    List<ColumnSchema> columns = new ArrayList<>();
    for (EngineColumn engine : ddl.columns()) {
      column(ddl, engine, before, now).ifPresent(columns::add);
    }
    requireKept(ddl, before, columns, before.keyColumns(), "a column of the key");
    for (VindexSpec vindex : vindexes(plan)) {
      requireKept(ddl, before, columns, List.of(vindex.column()), "the vindex column");
    }
    requireSameKey(ddl, before, now);
    List<TableSchema.UniqueKey> unique =
        before.secondaryUniqueKeys().stream()
            .filter(key -> key.columns().stream().allMatch(c -> find(columns, c).isPresent()))
            .toList();
    return new TableSchema(before.name(), columns, before.keyColumns(), unique);
  }

  /**
   * The table's shape as the server has it now; empty when rows look as the plan says.
   *
   * @param exactly the types must be written alike, too: a copy looks at them
   * @throws dev.sluice.schemas.error.SluiceException DDL_STOPPED when it has lost a column of its
   *     key, or a column that cannot be carried has come
   */
  Optional<TableSchema> present(TableSchema planned, boolean exactly) {
    List<ColumnSchema> columns = new ArrayList<>();
    TableDescription now = now(planned.name()).orElseThrow(() -> gone(planned.name(), "has gone"));
    for (ColumnDescription column : now.columns()) {
      if (!column.generated()) {
        columns.add(
            column
                .toSchema()
                .orElseThrow(
                    () ->
                        gone(
                            planned.name(), "has a column that is not carried: " + column.name())));
      }
    }
    if (ColumnShapes.sameRows(planned.columns(), columns)
        && (!exactly || types(planned.columns()).equals(types(columns)))) {
      return Optional.empty();
    }
    for (String key : planned.keyColumns()) {
      if (columns.stream().noneMatch(c -> c.name().equals(key))) {
        throw gone(planned.name(), "has no column " + key + " any more, which is of its key");
      }
    }
    List<TableSchema.UniqueKey> unique =
        planned.secondaryUniqueKeys().stream()
            .filter(key -> key.columns().stream().allMatch(c -> find(columns, c).isPresent()))
            .toList();
    return Optional.of(new TableSchema(planned.name(), columns, planned.keyColumns(), unique));
  }

  private static Map<String, String> types(List<ColumnSchema> columns) {
    return columns.stream().collect(Collectors.toMap(ColumnSchema::name, ColumnSchema::columnType));
  }

  private SluiceException gone(String table, String what) {
    return new SluiceException(
        ErrorCode.DDL_STOPPED,
        "table " + table + " on " + read + " " + what + ": its rows cannot be brought over",
        "undo the DDL on that side, then `sluice start`; or cancel the workflow and create it again");
  }

  private static List<VindexSpec> vindexes(TablePlan plan) {
    List<VindexSpec> vindexes = new ArrayList<>();
    if (plan.sourceVindex() != null) {
      vindexes.add(plan.sourceVindex());
    }
    if (plan.targetVindex() != null) {
      vindexes.add(plan.targetVindex());
    }
    return vindexes;
  }

  /** The column as rows carry it; empty for a generated one. */
  private static Optional<ColumnSchema> column(
      SourceEvent.Ddl ddl,
      EngineColumn engine,
      TableSchema before,
      Optional<TableDescription> now) {
    Optional<ColumnDescription> present = now.flatMap(table -> table.column(engine.name()));
    if (present.isPresent() && present.get().generated()) {
      return Optional.empty();
    }
    Optional<ColumnSchema> known = find(before.columns(), engine.name());
    Optional<ColumnSchema> server = present.flatMap(ColumnDescription::toSchema);
    if (server.isPresent() && ColumnShapes.same(server.get(), engine)) {
      return server;
    }
    if (known.isPresent() && ColumnShapes.same(known.get(), engine)) {
      return known;
    }
    if (known.isEmpty() && present.isEmpty() && !names(ddl.statement(), engine.name())) {
      // there before, carried by no row: generated
      return Optional.empty();
    }
    Optional<ColumnSchema> built = ColumnShapes.built(engine);
    if (built.isEmpty()) {
      throw StreamErrors.ddlForGood(
          ddl, "column " + engine.name() + " of type " + engine.type() + " cannot be carried");
    }
    return built;
  }

  private static boolean names(String statement, String column) {
    return statement
        .toLowerCase(java.util.Locale.ROOT)
        .contains(column.toLowerCase(java.util.Locale.ROOT));
  }

  private static void requireKept(
      SourceEvent.Ddl ddl,
      TableSchema before,
      List<ColumnSchema> columns,
      List<String> names,
      String what) {
    for (String name : names) {
      ColumnSchema old = before.column(name);
      Optional<ColumnSchema> kept = find(columns, name).filter(c -> c.name().equals(name));
      boolean same =
          kept.isPresent()
              && kept.get().kind() == old.kind()
              && kept.get().scale() == old.scale()
              && kept.get().nullable() == old.nullable()
              && Objects.equals(kept.get().charset(), old.charset())
              && (kept.get().collation() == null
                  || Objects.equals(kept.get().collation(), old.collation()));
      if (!same) {
        throw StreamErrors.ddlForGood(
            ddl, what + ", " + name + ", has gone or is of another kind: rows cannot be followed");
      }
    }
  }

  private static void requireSameKey(
      SourceEvent.Ddl ddl, TableSchema before, Optional<TableDescription> now) {
    Optional<KeyDescription> key = now.flatMap(TableDescription::identity);
    if (key.isPresent() && !key.get().columns().equals(before.keyColumns())) {
      throw StreamErrors.ddlForGood(
          ddl, "the key was " + before.keyColumns() + " and is " + key.get().columns() + " now");
    }
  }

  private static Optional<ColumnSchema> find(List<ColumnSchema> columns, String name) {
    return columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst();
  }

  private Optional<TableDescription> now(String table) {
    try (Connection connection = sessions.open(read, SessionProfile.CONTROL)) {
      return Optional.ofNullable(
          new InformationSchema(connection).describe(read.schema(), List.of(table)).get(table));
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the definition of table " + table);
    }
  }
}
