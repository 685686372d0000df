package dev.sluice.tests.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Ends the doubt about a commit whose answer was lost. Stateless. */
final class UnclearCommit {

  private UnclearCommit() {}

  /**
   * Reads the rows that it wrote; waits for the locks of the old connection, if its commit still
   * runs.
   *
   * @throws LedgerViolation when half of it is there
   * @throws SQLException when the server does not answer; then it stays unclear
   */
  static void resolve(Connection connection, LedgerPart part) throws SQLException {
    List<RowWrite> writes = part.unclear();
    int before = 0;
    int after = 0;
    for (RowWrite write : writes) {
      String[] row = read(connection, write);
      before += Arrays.equals(row, write.before()) ? 1 : 0;
      after += Arrays.equals(row, write.after()) ? 1 : 0;
    }
    connection.rollback();
    if (after != writes.size() && before != writes.size()) {
      throw new LedgerViolation(
          "half a transaction: of "
              + writes.size()
              + " rows "
              + before
              + " are old and "
              + after
              + " are new");
    }
    part.resolve(after == writes.size());
  }

  private static String[] read(Connection connection, RowWrite write) throws SQLException {
    LedgerTable table = write.table();
    String[] image = write.before() != null ? write.before() : write.after();
    try (PreparedStatement select =
        connection.prepareStatement(LedgerSql.select(table, 1) + " FOR UPDATE")) {
      int parameter = 1;
      for (int column : table.keyColumns()) {
        select.setString(parameter++, image[column]);
      }
      try (ResultSet result = select.executeQuery()) {
        return result.next() ? LedgerSql.row(table, result) : null;
      }
    }
  }
}
