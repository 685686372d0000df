package dev.sluice.apply.ddl;

import dev.sluice.apply.ApplierContext;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDefinition;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.TableSchema.UniqueKey;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables that an applier writes, as they are defined now. Preflight looked at them once; since
 * then somebody may have prepared them for the day of the switch. A unique key that only they have
 * would let REPLACE delete another row, a narrower column would round values: neither is an error
 * of the server's. Immutable.
 *
 * @param plan the move with every unique key that the written tables have
 * @param definitions of the tables that exist, by name
 * @param unfit by table, what keeps it from taking rows as they are; tables that fit are left out
 */
public record WrittenTables(
    MovePlan plan, Map<String, TableDefinition> definitions, Map<String, List<String>> unfit) {

  public WrittenTables {
    definitions = Map.copyOf(definitions);
    unfit = Map.copyOf(unfit);
  }

  /**
   * Reads the definitions.
   *
   * @param schema of the tables written
   * @param plan as the workflow began
   * @param shapes of a cut: tables that DDL has changed since
   */
  public static WrittenTables read(
      Connection connection, String schema, MovePlan plan, Map<String, String> shapes)
      throws SQLException {
    Map<String, TableDefinition> definitions =
        new InformationSchema(connection)
            .definitions(schema, plan.tables().stream().map(TablePlan::name).toList());
    Map<String, String> shaped = new HashMap<>();
    Map<String, List<String>> unfit = new HashMap<>();
    for (TablePlan table : plan.withShapes(shapes).tables()) {
      TableDefinition definition = definitions.get(table.name());
      if (definition != null) {
        TableDescription written = definition.describe(schema, table.name());
        String shape = shapes.get(table.name());
        boolean executed = shape != null && TableShape.ofJson(shape).executed();
        TableSchema rows =
            shape == null
                ? withMoreKeys(table.schema(), written)
                : TargetFit.withKeysOf(written, table.schema());
        if (shape != null || !rows.equals(table.schema())) {
          shaped.put(table.name(), new TableShape(rows, executed).toJson());
        }
        List<String> problems = new ArrayList<>(TargetFit.problems(rows, written, List.of()));
        TargetFit.keyProblem(rows, written).ifPresent(problems::add);
        if (!problems.isEmpty()) {
          unfit.put(table.name(), problems);
        }
      }
    }
    // a table that is missing now keeps the shape of its rows
    return new WrittenTables(plan.withShapes(shapes).withShapes(shaped), definitions, unfit);
  }

  /**
   * The keys that the rows' own table has, and those that only the written one has. The former stay
   * even if the written table lacks them: they may be indexes that are added later.
   */
  static TableSchema withMoreKeys(TableSchema rows, TableDescription written) {
    if (!written.problems().isEmpty()) {
      return rows;
    }
    TableSchema shown = written.toSchema();
    List<UniqueKey> unique = new ArrayList<>(shown.secondaryUniqueKeys());
    // what tells the written table's rows apart may be one more key to these rows
    written.identity().ifPresent(key -> unique.add(new UniqueKey(key.name(), key.columns())));
    List<UniqueKey> keys = new ArrayList<>(rows.secondaryUniqueKeys());
    for (UniqueKey key : unique) {
      boolean known =
          key.columns().equals(rows.keyColumns()) && !key.computed()
              || keys.stream()
                  .anyMatch(
                      other ->
                          other.columns().equals(key.columns())
                              && other.computed() == key.computed());
      if (!known) {
        keys.add(new UniqueKey(key.name(), carried(key, rows), computed(key, rows)));
      }
    }
    return new TableSchema(rows.name(), rows.columns(), rows.keyColumns(), keys);
  }

  private static List<String> carried(UniqueKey key, TableSchema rows) {
    return key.columns().stream()
        .filter(name -> rows.columns().stream().anyMatch(c -> c.name().equals(name)))
        .toList();
  }

  private static boolean computed(UniqueKey key, TableSchema rows) {
    return key.computed() || carried(key, rows).size() < key.columns().size();
  }

  /**
   * @throws SluiceException DDL_STOPPED when the table cannot take rows as they are
   */
  public void refuseUnfit(String table, ApplierId applier) {
    List<String> problems = unfit.get(table);
    if (problems != null) {
      throw new SluiceException(
          ErrorCode.DDL_STOPPED,
          "table "
              + table
              + " was changed where "
              + applier
              + " writes it, and cannot take the rows that come: "
              + String.join("; ", problems),
          "change it back there, or make the change on the other side too; then `sluice start`");
    }
  }

  /**
   * In the middle of a transaction: tables that it has touched cannot change any more, but may have
   * before.
   *
   * @throws SluiceException MYSQL_CONTENTION when they have
   */
  public void requireSame(Connection connection, ApplierContext context) throws SQLException {
    Map<String, TableDefinition> present =
        new InformationSchema(connection)
            .definitions(
                context.target().schema(), plan.tables().stream().map(TablePlan::name).toList());
    if (!present.equals(definitions)) {
      throw new SluiceException(
          ErrorCode.MYSQL_CONTENTION,
          "tables that " + context.applier() + " writes were changed in the meantime",
          "nothing: nothing was committed, and the rows are written again with what they are now");
    }
  }
}
