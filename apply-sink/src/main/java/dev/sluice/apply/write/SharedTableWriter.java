package dev.sluice.apply.write;

import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.mysql.digest.KeyOrder;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.table.TableSchema;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one table's batches where several streams write the shard: each touches only rows of its
 * own source shard, and a row that meets one of another source shard is parked; see
 * docs/design/0006-parked-rows.md. Not thread-safe.
 */
final class SharedTableWriter implements BatchWriter {

  private final TableSql sql;
  private final RowStatements rows;
  private final Clashes clashes;
  private final String[] scopes;
  private final ScopedEmptying[] emptying;
  private final ParkedTable parked;
  private final ErrorClassifier classifier = new ErrorClassifier();

  /**
   * @param order of the table's rows
   * @param scopes one condition a stream
   */
  SharedTableWriter(
      TableSql sql, KeyOrder order, Statements statements, String[] scopes, ParkedTable parked) {
    this.sql = sql;
    this.rows = new RowStatements(sql, statements);
    this.clashes = new Clashes(sql, statements);
    this.scopes = scopes;
    this.emptying =
        Arrays.stream(scopes)
            .map(scope -> new ScopedEmptying(sql, order, statements, scope))
            .toArray(ScopedEmptying[]::new);
    this.parked = parked;
  }

  @Override
  public void write(int stream, WriteMode mode, TableBatch batch) throws SQLException {
    String scope = scopes[stream];
    parked.take(stream, batch.deletes());
    Map<ByteBuffer, Instant> since = new HashMap<>(parked.take(stream, batch.rows()));
    rows.deleteKeys(batch.deletes(), scope);
    if (batch.rows().isEmpty()) {
      return;
    }
    rows.deleteKeys(batch.rows(), scope);
    boolean exact = mode == WriteMode.EXACT;
    if (!exact) {
      deleteUniqueValues(batch.rows(), scope);
    }
    insert(stream, exact, batch.rows(), since);
  }

  /** Parked rows first, all of them: a sweep could place one where rows are deleted already. */
  @Override
  public int deleteSome(int stream) throws SQLException {
    return parked.forget(stream) + emptying[stream].step();
  }

  private void deleteUniqueValues(List<Change> changes, String scope) throws SQLException {
    for (TableSchema.UniqueKey key : sql.schema().secondaryUniqueKeys()) {
      // what rows hold in a computed key is not known here: a clash in it is met by the INSERT
      if (!key.computed()) {
        rows.deleteUniqueValues(changes, key, scope);
      }
    }
  }

  /** Halves what meets a duplicate, until each row in the way of another one is alone. */
  private void insert(
      int stream, boolean exact, List<Change> changes, Map<ByteBuffer, Instant> since)
      throws SQLException {
    int sent = 0;
    try {
      while (sent < changes.size()) {
        sent += rows.insertSome(changes, sent);
      }
      return;
    } catch (SQLException e) {
      if (!classifier.isDuplicateKey(e)) {
        throw e;
      }
      if (changes.size() - sent == 1) {
        one(stream, exact, changes.get(sent), since, e);
        return;
      }
    }
    int half = sent + (changes.size() - sent) / 2;
    insert(stream, exact, changes.subList(sent, half), since);
    insert(stream, exact, changes.subList(half, changes.size()), since);
  }

  private void one(
      int stream,
      boolean exact,
      Change change,
      Map<ByteBuffer, Instant> since,
      SQLException refused)
      throws SQLException {
    List<Change> alone = List.of(change);
    if (exact) {
      Clashes.Clash clash = clashes.find(alone, scopes[stream]);
      if (clash != null && clash.ownShard()) {
        throw clashes.refused(clash, refused);
      }
      // a row that is not found was met in a key that rows do not carry: whose it is shows in time
      parked.park(stream, change, since);
      return;
    }
    // rows of the batch may stand in each other's way for a moment
    rows.deleteKeys(alone, scopes[stream]);
    deleteUniqueValues(alone, scopes[stream]);
    try {
      rows.insertSome(alone, 0);
    } catch (SQLException e) {
      if (!classifier.isDuplicateKey(e)) {
        throw e;
      }
      parked.park(stream, change, since);
    }
  }
}
