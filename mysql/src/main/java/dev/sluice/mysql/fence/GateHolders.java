package dev.sluice.mysql.fence;

import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Who holds a lock on the row that writers read. Stateless. */
final class GateHolders {

  private static final ServerVersion DATA_LOCKS = new ServerVersion(8, 0, 1, "");

  private GateHolders() {}

  /**
   * Sessions in the way of a statement that waits for the gate.
   *
   * @param connection not the waiting one
   * @param waiting the server's id of the waiting connection
   */
  static List<String> blocking(Connection connection, String sidecar, FenceId id, long waiting)
      throws SQLException {
    String self = Long.toUnsignedString(waiting);
    ServerVersion version =
        ServerVersion.parse(Queries.text(connection, "SELECT VERSION()").orElseThrow());
    String sql =
        version.compareTo(DATA_LOCKS) >= 0 ? dataLocks(sidecar, id, self) : innodbLocks(self);
    return Queries.list(connection, sql, row -> row.getString(1));
  }

  private static String dataLocks(String sidecar, FenceId id, String self) {
    return "SELECT DISTINCT t.PROCESSLIST_ID FROM performance_schema.data_locks l"
        + " JOIN performance_schema.threads t ON t.THREAD_ID = l.THREAD_ID"
        + " WHERE l.OBJECT_SCHEMA = "
        + Literals.string(sidecar)
        + " AND l.OBJECT_NAME = 'fence' AND l.LOCK_TYPE = 'RECORD' AND l.LOCK_STATUS = 'GRANTED'"
        + " AND l.LOCK_DATA = "
        + Literals.string("'" + id.gate() + "'")
        + " AND t.PROCESSLIST_ID IS NOT NULL AND t.PROCESSLIST_ID <> "
        + self;
  }

  /** Before 8.0 only locks that somebody waits for are shown. */
  private static String innodbLocks(String self) {
    return "SELECT DISTINCT b.trx_mysql_thread_id FROM information_schema.INNODB_LOCK_WAITS w"
        + " JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id"
        + " JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id"
        + " JOIN information_schema.INNODB_LOCKS l ON l.lock_id = w.blocking_lock_id"
        + " WHERE l.lock_mode LIKE 'S%' AND r.trx_mysql_thread_id = "
        + self
        + " AND b.trx_mysql_thread_id <> "
        + self;
  }
}
