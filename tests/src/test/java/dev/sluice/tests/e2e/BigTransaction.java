package dev.sluice.tests.e2e;

import java.sql.SQLException;

/** Transactions of very many rows, with keys that no writer uses. */
final class BigTransaction {

  private static final long FIRST_ORDER = 5_000_000_000L;

  private BigTransaction() {}

  /** Inserts orders in one statement of one transaction. */
  static void insertOrders(Move move, int rows) throws SQLException {
    move.onSource(
        "SET SESSION cte_max_recursion_depth = 10000000",
        "INSERT INTO corder (order_id, customer_id, sku, quantity, price, ordered_at, remark)"
            + " WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < "
            + rows
            + ") SELECT "
            + FIRST_ORDER
            + " + n, 1 + n % 1999, CONCAT('SKU-', n % 97), 1 + n % 9, n % 1000 / 4,"
            + " TIMESTAMPADD(SECOND, n, '2024-01-01'), REPEAT('big ', 20) FROM numbers");
  }

  /**
   * Inserts customers of 60 KB each, 12 MB in all, that belong to shard {@code -80}: their copy is
   * more than an applier takes in one piece, at any speed.
   */
  static void insertWideCustomers(Move move) throws SQLException {
    move.onSource(
        "INSERT INTO customer (customer_id, email, full_name, notes, created_at)"
            + " WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 400)"
            + " SELECT "
            + FIRST_ORDER
            + " + n, CONCAT('wide', n, '@example.org'), 'wide', REPEAT('wide', 15000), '2024-01-01'"
            + " FROM numbers WHERE SHA2("
            + FIRST_ORDER
            + " + n, 256) < '8'");
  }

  /** Changes or deletes all of them in one transaction each; some change the shard. */
  static void changeOrders(Move move) throws SQLException {
    move.onSource(
        "UPDATE corder SET customer_id = customer_id + 1, quantity = 77 WHERE order_id >= "
            + FIRST_ORDER);
  }
}
