package dev.sluice.mysql.error;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Set;

/** Warnings that mean that a row is not stored as it was sent. Stateless. */
public final class RowWarnings {

  /**
   * Clipped, defaulted, cut off, skipped, too many or too few fields, a result over
   * max_allowed_packet.
   */
  private static final Set<Integer> CHANGED_ROW =
      Set.of(1048, 1062, 1261, 1262, 1263, 1264, 1265, 1292, 1301, 1364, 1366, 1406, 1411, 1690);

  private RowWarnings() {}

  /**
   * Refuses a statement whose warnings say that a row was changed.
   *
   * @param first the statement's chain of warnings; null for none
   * @throws SQLException the first such warning, as an error
   */
  public static void refuseChangedRows(SQLWarning first) throws SQLException {
    for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
      if (CHANGED_ROW.contains(warning.getErrorCode())) {
        throw new SQLException(
            warning.getMessage(), warning.getSQLState(), warning.getErrorCode(), warning);
      }
    }
  }
}
