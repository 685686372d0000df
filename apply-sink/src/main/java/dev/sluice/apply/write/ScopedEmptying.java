package dev.sluice.apply.write;

import dev.sluice.mysql.digest.KeyBounds;
import dev.sluice.mysql.digest.KeyOrder;
import dev.sluice.mysql.sql.Queries;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes one stream's rows of a table that holds other streams' rows, too, in the order of the
 * key: no row is looked at twice. Nobody adds rows of the stream meanwhile: its applier is the one
 * that deletes. Not thread-safe, and of no use after an error: what was deleted last may be back.
 */
final class ScopedEmptying {

  private static final long SLOW_NANOS = 500_000_000L;
  private static final int FIRST_ROWS = 500;
  private static final int MOST_ROWS = 50_000;

  private final TableSql sql;
  private final KeyOrder order;
  private final Statements statements;
  private final String scope;
  private List<String> after;
  private boolean ended;
  private int rows = FIRST_ROWS;

  /**
   * @param scope a condition for the stream's rows
   */
  ScopedEmptying(TableSql sql, KeyOrder order, Statements statements, String scope) {
    this.sql = sql;
    this.order = order;
    this.statements = statements;
    this.scope = scope;
  }

  /**
   * Goes on by as many rows as are looked at and deleted quickly.
   *
   * @return how many were deleted, 1 where none of them was the stream's; 0 when the end had been
   *     reached before, after which the next call begins again
   */
  int step() throws SQLException {
    if (ended) {
      ended = false;
      after = null;
      return 0;
    }
    long began = System.nanoTime();
    List<String> upTo = bound();
    int deleted =
        (int)
            statements.run(
                sql.deleteWhere(order.within(new KeyBounds(after, upTo)) + " AND " + scope));
    after = upTo;
    ended = upTo == null;
    boolean slow = System.nanoTime() - began > SLOW_NANOS;
    rows = slow ? Math.max(1, rows / 4) : Math.min(MOST_ROWS, rows * 2);
    return Math.max(1, deleted);
  }

  private List<String> bound() throws SQLException {
    return Queries.first(
            statements.connection(),
            order.bound(after, rows),
            row -> {
              List<String> texts = new ArrayList<>();
              for (int i = 1; i <= order.width(); i++) {
                texts.add(row.getString(i));
              }
              return texts;
            })
        .orElse(null);
  }
}
