package dev.sluice.controller.servers;

import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Finds transactions that a fence would have to wait for. Stateless. */
final class OpenTransactions {

  private static final int MOST = 10;

  private OpenTransactions() {}

  /**
   * One sentence a transaction, the oldest first; Sluice's own sessions do not count.
   *
   * @param olderThan that have written and are older
   * @param rows or have changed more rows
   */
  static List<String> find(Connection connection, String where, Duration olderThan, long rows)
      throws SQLException {
    // the server shows starts by its own clock's zone
    String age =
        "TIMESTAMPDIFF(SECOND, t.trx_started,"
            + " CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM'))";
    String sql =
        "SELECT t.trx_mysql_thread_id, COALESCE(p.USER, '?'), "
            + age
            + ", t.trx_rows_modified FROM information_schema.INNODB_TRX t"
            + " LEFT JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id"
            + " LEFT JOIN performance_schema.session_connect_attrs a"
            + " ON a.PROCESSLIST_ID = t.trx_mysql_thread_id AND a.ATTR_NAME = 'program_name'"
            + " WHERE t.trx_rows_modified > 0"
            + " AND COALESCE(a.ATTR_VALUE, '') NOT LIKE 'sluice%' AND ("
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
            "connection "
                + row.getString(1)
                + " of "
                + row.getString(2)
                + " on "
                + where
                + " has a transaction open for "
                + row.getLong(3)
                + " s that has changed "
                + row.getLong(4)
                + " rows: end it first");
  }
}
