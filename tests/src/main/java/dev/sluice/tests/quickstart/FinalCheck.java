package dev.sluice.tests.quickstart;

import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.stack.Stack;
import java.sql.SQLException;
import java.util.List;

/** The independent check: rows of one side against rows of the other. */
final class FinalCheck {

  private static final List<TableToCompare> TABLES =
      List.of(
          new TableToCompare("customer", "customer_id"),
          new TableToCompare("corder", "customer_id"));

  private final Stack stack;
  private final Steps steps;

  FinalCheck(Stack stack, Steps steps) {
    this.stack = stack;
    this.steps = steps;
  }

  /**
   * Rows against rows.
   *
   * @param say what was found
   */
  boolean sidesAreEqual(boolean say) throws SQLException {
    List<ShardToCompare> sources = Side.source(stack, stack.source().schema());
    List<ShardToCompare> targets = Side.target(stack, stack.options().targetSchema());
    boolean good = true;
    for (TableToCompare table : TABLES) {
      TableComparison result = new RowComparator(sources, targets).compare(table);
      good &= result.equal();
      if (say) {
        steps.say(
            "%-9s source %,d rows, shards %,d rows: missing %d, extra %d, different %d, duplicated %d, misplaced %d",
            result.table(),
            result.sourceRows(),
            result.targetRows(),
            result.missing(),
            result.extra(),
            result.different(),
            result.duplicated(),
            result.misplaced());
        result.samples().forEach(sample -> steps.say("  %s", sample));
      }
    }
    return good;
  }
}
