package dev.sluice.apply.write;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** LOAD DATA LOCAL from memory, as long as the server allows it. Not thread-safe. */
final class LocalInfile {

  private static final Logger log = LoggerFactory.getLogger(LocalInfile.class);

  private final Statements statements;
  private final ErrorClassifier classifier = new ErrorClassifier();
  private final TextBuffer block = new TextBuffer(128 << 10);
  private boolean allowed;

  LocalInfile(Statements statements, boolean allowed) {
    this.statements = statements;
    this.allowed = allowed;
  }

  /**
   * Replaces rows.
   *
   * @return rows written and rows that went for them; -1 when the server does not take such
   *     statements: nothing has been written then
   */
  long load(TableSql sql, List<Change> changes) throws SQLException {
    if (!allowed) {
      return -1;
    }
    long affected;
    try {
      affected = statements.load(sql.loadData(), new RowStream(changes, sql.columns(), block));
    } catch (SQLException e) {
      if (!classifier.isLocalInfileRefused(e)) {
        throw e;
      }
      allowed = false;
      log.atWarn()
          .addKeyValue("table", sql.schema().name())
          .log(
              "the target refuses LOAD DATA LOCAL: rows go by statements with many rows, which is slower");
      return -1;
    }
    if (affected < changes.size()) {
      throw new SluiceException(
          ErrorCode.TARGET_REFUSED_ROW,
          "table "
              + sql.schema().name()
              + ": "
              + changes.size()
              + " rows were sent, the server wrote "
              + affected,
          "look for triggers on the target's table that change or drop rows; nothing was committed");
    }
    return affected;
  }
}
