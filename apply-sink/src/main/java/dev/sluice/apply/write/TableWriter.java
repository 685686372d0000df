package dev.sluice.apply.write;

import dev.sluice.apply.core.OtherShardsRowException;
import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.TableSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one table's batches; which statements in which mode is in docs/design/0004-apply.md. Not
 * thread-safe.
 */
final class TableWriter {

  /** From here on LOAD DATA is faster than statements with many rows. */
  private static final int LOAD_ROWS = 200;

  private final TableSql sql;
  private final RowStatements rows;
  private final Clashes clashes;
  private final String[] scopes;
  private final LocalInfile localInfile;
  private final ErrorClassifier classifier = new ErrorClassifier();

  /**
   * @param scopes one condition a stream, null for one stream only
   */
  TableWriter(TableSql sql, Statements statements, String[] scopes, LocalInfile localInfile) {
    this.sql = sql;
    this.rows = new RowStatements(sql, statements);
    this.clashes = new Clashes(sql, statements);
    this.scopes = scopes;
    this.localInfile = localInfile;
  }

  void write(int stream, WriteMode mode, TableBatch batch) throws SQLException {
    String scope = scopes[stream];
    rows.deleteKeys(batch.deletes(), scope);
    if (batch.rows().isEmpty()) {
      return;
    }
    boolean exact = mode == WriteMode.EXACT;
    if (scope == null && !(exact && sql.schema().hasSecondaryUniqueKeys())) {
      replace(batch.rows());
    } else {
      rows.deleteKeys(batch.rows(), scope);
      if (!exact) {
        deleteUniqueValues(batch.rows(), scope);
      }
      insert(stream, exact, batch.rows());
    }
  }

  private void replace(List<Change> changes) throws SQLException {
    if (changes.size() < LOAD_ROWS || !localInfile.load(sql, changes)) {
      rows.write(changes, true);
    }
  }

  private void deleteUniqueValues(List<Change> changes, String scope) throws SQLException {
    for (TableSchema.UniqueKey key : sql.schema().secondaryUniqueKeys()) {
      // what rows hold in a computed key is not known here: a clash in it is met by the INSERT
      if (!key.computed()) {
        rows.deleteUniqueValues(changes, key, scope);
      }
    }
  }

  private void insert(int stream, boolean exact, List<Change> changes) throws SQLException {
    int sent = 0;
    try {
      while (sent < changes.size()) {
        sent += rows.insertSome(changes, sent);
      }
    } catch (SQLException e) {
      if (!classifier.isDuplicateKey(e)) {
        throw e;
      }
      if (exact) {
        throw clash(stream, changes.subList(sent, changes.size()), e);
      }
      oneByOne(stream, new ArrayList<>(changes.subList(sent, changes.size())));
    }
  }

  /**
   * Several streams before consistent: rows of the batch may stand in each other's way for a
   * moment.
   */
  private void oneByOne(int stream, List<Change> changes) throws SQLException {
    for (Change change : changes) {
      List<Change> one = List.of(change);
      rows.deleteKeys(one, scopes[stream]);
      deleteUniqueValues(one, scopes[stream]);
      try {
        rows.insertSome(one, 0);
      } catch (SQLException e) {
        if (classifier.isDuplicateKey(e)) {
          throw clash(stream, one, e);
        }
        throw e;
      }
    }
  }

  private RuntimeException clash(int stream, List<Change> changes, SQLException cause)
      throws SQLException {
    Clashes.Clash clash = clashes.find(changes, scopes[stream]);
    SluiceException fatal =
        new SluiceException(
            ErrorCode.TARGET_REFUSED_ROW,
            "table "
                + sql.schema().name()
                + (clash == null
                    ? ": a row clashes with another one: " + cause.getMessage()
                    : ": the row with key "
                        + clash.key()
                        + " clashes in "
                        + clash.uniqueKey()
                        + " with the row with key "
                        + clash.otherKey()),
            "find out who wrote the other row on the target; nothing was overwritten; put it right, then start the workflow"
                + " again",
            cause);
    boolean otherShards = scopes[stream] != null && (clash == null || !clash.ownShard());
    return otherShards ? new OtherShardsRowException(stream, fatal) : fatal;
  }
}
