package dev.sluice.apply.write;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sidecar.ParkedRow;
import dev.sluice.schemas.change.Change;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parked rows of one table: what a stream's own changes do to them, and placing them when their
 * place is free. Not thread-safe.
 */
final class ParkedTable {

  /** Keys asked for in one statement. */
  private static final int KEYS = 200;

  /** Keys remembered of one transaction; rows parked under further ones wait for the sweep. */
  private static final int TOUCHED = 100_000;

  private final Parking parking;
  private final TableSql sql;
  private final Statements statements;
  private final RowTexts texts;
  private final List<byte[]> touched = new ArrayList<>();
  private final ErrorClassifier classifier = new ErrorClassifier();

  ParkedTable(Parking parking, TableSql sql, Statements statements) {
    this.parking = parking;
    this.sql = sql;
    this.statements = statements;
    this.texts = new RowTexts(sql);
  }

  /** Forgets every row of a stream; answers how many there were. */
  int forget(int stream) throws SQLException {
    return parking.forget(name(), stream);
  }

  /**
   * Takes the stream's own rows of these keys out: their newest images follow, or none.
   *
   * @return since when each of them had been parked, by hash of the key
   */
  Map<ByteBuffer, Instant> take(int stream, Collection<Change> changes) throws SQLException {
    if (parking.isEmpty(name())) {
      return Map.of();
    }
    Map<ByteBuffer, Instant> since = new HashMap<>();
    List<byte[]> hashes = new ArrayList<>(KEYS);
    for (Change change : changes) {
      byte[] hash = texts.keyHash(change.key());
      hashes.add(hash);
      if (touched.size() < TOUCHED) {
        touched.add(hash);
      }
      if (hashes.size() == KEYS) {
        since.putAll(parking.take(name(), stream, hashes));
        hashes.clear();
      }
    }
    since.putAll(parking.take(name(), stream, hashes));
    return since;
  }

  /** Parks a row that cannot be shown. */
  void park(int stream, Change change, Map<ByteBuffer, Instant> since) throws SQLException {
    byte[] hash = texts.keyHash(change.key());
    parking.put(
        name(),
        stream,
        hash,
        texts.key(change.key()),
        texts.row(change.after()),
        since.get(ByteBuffer.wrap(hash)));
  }

  /** Shows rows parked under keys that this transaction has touched, where there is room now. */
  void placeTouched() throws SQLException {
    for (int from = 0; from < touched.size() && !parking.isEmpty(name()); from += KEYS) {
      List<byte[]> keys = touched.subList(from, Math.min(touched.size(), from + KEYS));
      place(parking.find(name(), keys), new HashMap<>());
    }
    touched.clear();
  }

  /**
   * Shows rows where there is room now.
   *
   * @param refused told why a row stays parked
   * @return how many were placed
   */
  int place(List<ParkedRow> rows, Map<ParkedRow, SQLException> refused) throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    try {
      insert(rows);
      parking.placed(rows);
      return rows.size();
    } catch (SQLException e) {
      if (!classifier.isDuplicateKey(e)) {
        throw e;
      }
      if (rows.size() == 1) {
        refused.put(rows.get(0), e);
        return 0;
      }
    }
    int half = rows.size() / 2;
    return place(rows.subList(0, half), refused) + place(rows.subList(half, rows.size()), refused);
  }

  private void insert(List<ParkedRow> rows) throws SQLException {
    StringBuilder text = new StringBuilder(sql.insertPrefix(false));
    for (int i = 0; i < rows.size(); i++) {
      text.append(i > 0 ? ",(" : "(").append(rows.get(i).values()).append(')');
    }
    RowStatements.refuseOtherCount(
        sql.schema().name(), rows.size(), statements.run(text.toString()), false);
  }

  private String name() {
    return sql.schema().name();
  }
}
