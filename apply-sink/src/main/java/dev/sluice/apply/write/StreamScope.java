package dev.sluice.apply.write;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL conditions for "rows whose vindex lies in the stream's own shard", where several streams
 * write one shard.
 */
final class StreamScope {

  private StreamScope() {}

  /**
   * One condition a stream; null for all rows (one stream only).
   *
   * <p>The server computes the vindex: {@code SHA2} of what it prints for the column, compared as
   * hexadecimal text with the range's bounds, which are prefixes of it.
   */
  static String[] conditions(MovePlan plan, Direction direction, TablePlan table) {
    List<String> shards = plan.readShards(direction);
    String[] conditions = new String[shards.size()];
    if (shards.size() == 1) {
      return conditions;
    }
    VindexSpec vindex =
        direction == Direction.FORWARD ? table.sourceVindex() : table.targetVindex();
    ColumnSchema column = table.schema().column(vindex.column());
    for (int i = 0; i < conditions.length; i++) {
      conditions[i] = condition(column, KeyRange.parse(shards.get(i)));
    }
    return conditions;
  }

  static String condition(ColumnSchema column, KeyRange range) {
    String name = Identifiers.quote(column.name());
    // vindexes hash UTF-8, whatever character set the column is stored in, and numbers without the
    // zeros in front that ZEROFILL and YEAR have
    String text =
        switch (column.kind()) {
          case TEXT -> "CONVERT(" + name + " USING utf8mb4)";
          case INTEGER, DECIMAL, YEAR -> "(" + name + " + 0)";
          default -> name;
        };
    String hash = "SHA2(" + text + ",256)";
    List<String> bounds = new ArrayList<>(2);
    if (!range.start().isEmpty()) {
      bounds.add(hash + ">='" + range.start() + "'");
    }
    if (!range.end().isEmpty()) {
      bounds.add(hash + "<'" + range.end() + "'");
    }
    return bounds.isEmpty() ? "TRUE" : String.join(" AND ", bounds);
  }
}
