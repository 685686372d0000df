package dev.sluice.apply.ddl;

import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Plans with the tables' shapes and with the unique keys that the tables written have by now. */
public final class ShapedPlans {

  private final Connection connection;
  private final String schema;

  public ShapedPlans(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /**
   * The plan in these shapes.
   *
   * @param shapes of a cut
   */
  public MovePlan of(MovePlan plan, Map<String, String> shapes) throws SQLException {
    Map<String, String> withKeys = new HashMap<>();
    for (Map.Entry<String, String> entry : shapes.entrySet()) {
      TableShape shape = TableShape.ofJson(entry.getValue());
      TableSchema table =
          TargetFit.withKeysOf(
              new InformationSchema(connection).require(schema, entry.getKey()), shape.schema());
      withKeys.put(entry.getKey(), new TableShape(table, shape.executed()).toJson());
    }
    return plan.withShapes(withKeys);
  }
}
