package dev.sluice.capture.copy;

import dev.sluice.capture.stream.CopyBatch;
import dev.sluice.capture.value.TextDecoders;
import dev.sluice.capture.value.TextValues;
import dev.sluice.capture.value.ValueErrors;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sql.KeyLiterals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads chunks in one snapshot and hands their rows over. Used by one reader thread. */
final class ChunkReader {

  private static final int BATCH_ROWS = 2_000;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int PAGE_ROWS = 20_000;

  private final Connection connection;
  private final List<TableQueries> tables;
  private final TextDecoders texts;
  private final SliceQueue out;
  private ChunkTask task;
  private List<Object[]> rows = new ArrayList<>();
  private long bytes;
  private long sent;
  private List<String> lastKey;
  private boolean first;

  ChunkReader(
      Connection connection, List<TableQueries> tables, TextDecoders texts, SliceQueue out) {
    this.connection = connection;
    this.tables = tables;
    this.texts = texts;
    this.out = out;
  }

  /**
   * Reads a chunk until it is done or the slice's time is over.
   *
   * @throws SluiceException what the server answered, or COPY_COUNT_MISMATCH
   */
  void read(ChunkTask next) throws InterruptedException {
    task = next;
    lastKey = next.progress().after();
    sent = 0;
    first = true;
    TableQueries queries = tables.get(next.table());
    try {
      if (queries.ordered()) {
        readPages(queries);
      } else {
        readPage(queries, Integer.MAX_VALUE);
        finish(queries);
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read table " + queries.table().name());
    }
  }

  private void readPages(TableQueries queries) throws SQLException, InterruptedException {
    while (!out.timeIsOver()) {
      if (readPage(queries, PAGE_ROWS) < PAGE_ROWS) {
        finish(queries);
        return;
      }
      hand(queries, false);
    }
  }

  private int readPage(TableQueries queries, int limit) throws SQLException, InterruptedException {
    int count = 0;
    List<ColumnSchema> columns = queries.table().columns();
    try (Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      // the driver's word for: row by row, not the whole result in memory
      statement.setFetchSize(Integer.MIN_VALUE);
      try (ResultSet result =
          statement.executeQuery(queries.page(lastKey, task.progress().upTo(), limit))) {
        while (result.next()) {
          rows.add(row(queries, columns, result));
          count++;
          if (rows.size() >= BATCH_ROWS || bytes >= BATCH_BYTES) {
            hand(queries, false);
          }
        }
      }
    }
    return count;
  }

  private Object[] row(TableQueries queries, List<ColumnSchema> columns, ResultSet result)
      throws SQLException {
    Object[] row = new Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      byte[] value = result.getBytes(i + 1);
      bytes += value == null ? 1 : value.length;
      try {
        row[i] = TextValues.of(columns.get(i), value, texts);
      } catch (SluiceException e) {
        throw ValueErrors.inRow(
            e, queries.table().name(), RowValues.keyText(queries.table(), result, texts));
      }
    }
    return row;
  }

  /** The chunk is done: count it in the same snapshot if it was read here as a whole. */
  private void finish(TableQueries queries) throws SQLException, InterruptedException {
    long total = sent + rows.size();
    long expected =
        Queries.text(connection, queries.count(task.progress().after(), task.progress().upTo()))
            .map(Long::parseLong)
            .orElse(-1L);
    if (total != expected) {
      throw new SluiceException(
          ErrorCode.COPY_COUNT_MISMATCH,
          "table "
              + queries.table().name()
              + ": "
              + total
              + " rows were read of "
              + expected
              + " in one snapshot",
          "report this with the table's definition: reading in key order lost or repeated rows");
    }
    hand(queries, true);
  }

  private void hand(TableQueries queries, boolean done) throws InterruptedException {
    if (rows.isEmpty() && !done) {
      return;
    }
    if (!rows.isEmpty() && queries.ordered()) {
      lastKey = literals(queries, rows.get(rows.size() - 1));
    }
    boolean restarted = first && !queries.ordered();
    out.put(
        new CopyBatch(
            task.table(), task.chunk(), rows, queries.ordered() ? lastKey : null, restarted, done));
    first = false;
    sent += rows.size();
    rows = new ArrayList<>(BATCH_ROWS);
    bytes = 0;
  }

  private static List<String> literals(TableQueries queries, Object[] row) {
    int[] indexes = queries.table().keyIndexes();
    List<ColumnSchema> key = queries.table().keySchema();
    List<String> literals = new ArrayList<>(indexes.length);
    for (int i = 0; i < indexes.length; i++) {
      literals.add(KeyLiterals.of(key.get(i), row[indexes[i]]));
    }
    return literals;
  }
}
