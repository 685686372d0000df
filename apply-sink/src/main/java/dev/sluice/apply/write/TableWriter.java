package dev.sluice.apply.write;

import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.change.Change;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes one table's batches where one stream writes the shard; which statements in which mode is
 * in docs/design/0004-apply.md. Not thread-safe.
 */
final class TableWriter implements BatchWriter {

  /** Looks at something on the server, and throws when it is wrong. */
  interface SqlCheck {
    void run() throws SQLException;
  }

  /** From here on LOAD DATA is faster than statements with many rows. */
  private static final int LOAD_ROWS = 200;

  private final TableSql sql;
  private final RowStatements rows;
  private final Clashes clashes;
  private final LocalInfile localInfile;
  private final SqlCheck suspicion;
  private final ErrorClassifier classifier = new ErrorClassifier();

  /**
   * @param suspicion called when REPLACE may have deleted another row: each row of a piece goes for
   *     itself at most, and a fresh one for none
   */
  TableWriter(TableSql sql, Statements statements, LocalInfile localInfile, SqlCheck suspicion) {
    this.suspicion = suspicion;
    this.sql = sql;
    this.rows = new RowStatements(sql, statements);
    this.clashes = new Clashes(sql, statements);
    this.localInfile = localInfile;
  }

  @Override
  public void write(int stream, WriteMode mode, TableBatch batch) throws SQLException {
    rows.deleteKeys(batch.deletes(), null);
    if (batch.rows().isEmpty()) {
      return;
    }
    if (mode == WriteMode.EXACT && sql.schema().hasSecondaryUniqueKeys()) {
      rows.deleteKeys(batch.rows(), null);
      insert(batch.rows());
    } else {
      long affected = replace(batch.rows());
      if (mode == WriteMode.EXACT && affected > 2L * batch.rows().size() - batch.fresh()) {
        suspicion.run();
      }
    }
  }

  @Override
  public int deleteSome(int stream) throws SQLException {
    return rows.deleteSome();
  }

  private long replace(List<Change> changes) throws SQLException {
    long affected = -1;
    if (changes.size() >= LOAD_ROWS && changes.stream().noneMatch(rows::isLarge)) {
      affected = localInfile.load(sql, changes);
    }
    return affected >= 0 ? affected : rows.replace(changes);
  }

  private void insert(List<Change> changes) throws SQLException {
    int sent = 0;
    try {
      while (sent < changes.size()) {
        sent += rows.insertSome(changes, sent);
      }
    } catch (SQLException e) {
      if (!classifier.isDuplicateKey(e)) {
        throw e;
      }
      throw clashes.refused(clashes.find(changes.subList(sent, changes.size()), null), e);
    }
  }
}
