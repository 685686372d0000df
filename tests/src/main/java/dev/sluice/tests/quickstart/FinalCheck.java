package dev.sluice.tests.quickstart;

import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.workload.Ledger;
import dev.sluice.tests.workload.LedgerReport;
import java.sql.SQLException;
import java.util.List;

/** The independent check at the end: rows against rows, and both sides against the ledger. */
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

  /** True when everything is equal and nothing acknowledged is lost or doubled. */
  boolean run(Ledger ledger) throws SQLException {
    List<ShardToCompare> sources = Side.source(stack, stack.source().schema());
    List<ShardToCompare> targets = Side.target(stack, stack.options().targetSchema());
    boolean good = true;
    for (TableToCompare table : TABLES) {
      TableComparison result = new RowComparator(sources, targets).compare(table);
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
      good &= result.equal();
    }
    LedgerReport onSource = ledger.check(sources.get(0).connections());
    LedgerReport onTarget =
        ledger.checkMoved(targets.stream().map(ShardToCompare::connections).toList());
    steps.say("ledger on the source: %s", onSource);
    steps.say("ledger on the shards: %s", onTarget);
    return good && onSource.clean() && onTarget.clean();
  }
}
