package dev.sluice.mysql.fence;

import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Finds transactions that a fence would have to wait for. Stateless. */
public final class OpenTransactions {

  private static final int MOST = 10;

  /**
   * INNODB_TRX shows what each transaction is running, in utf8mb3, and cannot be read at all while
   * that holds a character of four bytes.
   */
  private static final int CANNOT_CONVERT_STRING = 3854;

  private OpenTransactions() {}

  /**
   * One sentence a transaction, the oldest first; Sluice's own sessions do not count.
   *
   * <p>Where a running statement keeps the server from showing its list with the rows changed, the
   * transactions that are older and have locked a table for writing are found another way; young
   * ones with many rows are not.
   *
   * @param olderThan that have written and are older
   * @param rows or have changed more rows
   */
  public static List<String> find(
      Connection connection, String where, Duration olderThan, long rows) throws SQLException {
    try {
      return withRows(connection, where, olderThan, rows);
    } catch (SQLException e) {
      if (e.getErrorCode() != CANNOT_CONVERT_STRING) {
        throw e;
      }
      return withLocks(connection, where, olderThan);
    }
  }

  private static List<String> withRows(
      Connection connection, String where, Duration olderThan, long rows) throws SQLException {
    // the server shows starts by its own clock's zone
    String age =
        "TIMESTAMPDIFF(SECOND, t.trx_started,"
            + " CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM'))";
    String sql =
        "SELECT t.trx_mysql_thread_id, COALESCE(p.PROCESSLIST_USER, '?'), "
            + age
            + ", t.trx_rows_modified FROM information_schema.INNODB_TRX t"
            + " LEFT JOIN performance_schema.threads p"
            + " ON p.PROCESSLIST_ID = t.trx_mysql_thread_id"
            + notOurs("t.trx_mysql_thread_id")
            + " AND t.trx_rows_modified > 0 AND ("
            + age
            + " >= "
            + olderThan.toSeconds()
            + " OR t.trx_rows_modified >= "
            + rows
            + ") ORDER BY t.trx_started LIMIT "
            + MOST;
    return Queries.list(
        connection,
        sql,
        row ->
            sentence(row, where) + " that has changed " + row.getLong(4) + " rows: end it first");
  }

  /** From 8.0.3 on; the error that leads here is of later versions. */
  private static List<String> withLocks(Connection connection, String where, Duration olderThan)
      throws SQLException {
    String age = "t.TIMER_WAIT DIV 1000000000000";
    String sql =
        "SELECT p.PROCESSLIST_ID, COALESCE(p.PROCESSLIST_USER, '?'), "
            + age
            + " FROM performance_schema.events_transactions_current t"
            + " JOIN performance_schema.threads p ON p.THREAD_ID = t.THREAD_ID"
            + notOurs("p.PROCESSLIST_ID")
            + " AND t.STATE = 'ACTIVE' AND "
            + age
            + " >= "
            + olderThan.toSeconds()
            + " AND EXISTS (SELECT 1 FROM performance_schema.data_locks l"
            + " WHERE l.THREAD_ID = t.THREAD_ID AND l.LOCK_TYPE = 'TABLE'"
            + " AND l.LOCK_MODE IN ('IX', 'X')) ORDER BY t.TIMER_WAIT DESC LIMIT "
            + MOST;
    return Queries.list(
        connection,
        sql,
        row -> sentence(row, where) + " that has locked rows for writing: end it first");
  }

  private static String notOurs(String id) {
    return " LEFT JOIN performance_schema.session_connect_attrs a ON a.PROCESSLIST_ID = "
        + id
        + " AND a.ATTR_NAME = 'program_name' WHERE COALESCE(a.ATTR_VALUE, '') NOT LIKE 'sluice%'";
  }

  private static String sentence(ResultSet row, String where) throws SQLException {
    return "connection "
        + row.getString(1)
        + " of "
        + row.getString(2)
        + " on "
        + where
        + " has a transaction open for "
        + row.getLong(3)
        + " s";
  }
}
