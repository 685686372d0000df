package dev.sluice.capture.copy;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Divides tables into chunks so that several readers can share one. Immutable. */
final class ChunkPlanner {

  private static final Set<String> INTEGERS =
      Set.of("tinyint", "smallint", "mediumint", "int", "integer", "bigint");
  private static final int CHUNKS_PER_READER = 4;

  /** Below this spread of keys one chunk is as fast. */
  private static final BigInteger WORTH_DIVIDING = BigInteger.valueOf(20_000);

  private final String schema;
  private final List<TableQueries> tables;
  private final int readers;

  ChunkPlanner(String schema, List<TableQueries> tables, int readers) {
    this.schema = schema;
    this.tables = tables;
    this.readers = readers;
  }

  /** The progress with every table planned; tables that were are left as they are. */
  CopyProgress plan(Connection connection, CopyProgress progress) throws SQLException {
    List<TableProgress> planned = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      TableProgress table = progress.tables().get(i);
      planned.add(table.planned() ? table : plan(connection, tables.get(i), table));
    }
    return new CopyProgress(planned);
  }

  private TableProgress plan(Connection connection, TableQueries queries, TableProgress table)
      throws SQLException {
    long estimated =
        Queries.text(
                connection,
                "SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                    + Literals.string(schema)
                    + " AND TABLE_NAME = "
                    + Literals.string(table.table()))
            .map(Long::parseLong)
            .filter(rows -> rows > 0)
            .orElse(table.rowsEstimated());
    return new TableProgress(table.table(), true, 0, estimated, chunks(connection, queries));
  }

  private List<ChunkProgress> chunks(Connection connection, TableQueries queries)
      throws SQLException {
    if (!hasIntegerKey(queries.table())) {
      return List.of(new ChunkProgress(null, null, false));
    }
    List<BigInteger> bounds =
        Queries.first(
                connection,
                queries.bounds(),
                row ->
                    row.getString(1) == null
                        ? List.<BigInteger>of()
                        : List.of(
                            new BigInteger(row.getString(1)), new BigInteger(row.getString(2))))
            .orElse(List.of());
    if (bounds.isEmpty()) {
      return List.of(new ChunkProgress(null, null, false));
    }
    return divided(bounds.get(0), bounds.get(1), CHUNKS_PER_READER * readers);
  }

  private static boolean hasIntegerKey(TableSchema table) {
    List<ColumnSchema> key = table.keySchema();
    return key.size() == 1 && INTEGERS.contains(key.get(0).dataType());
  }

  /** Equal ranges of the key; the first and the last are open, for rows that come later. */
  static List<ChunkProgress> divided(BigInteger min, BigInteger max, int parts) {
    BigInteger spread = max.subtract(min);
    if (spread.compareTo(WORTH_DIVIDING) < 0 || parts < 2) {
      return List.of(new ChunkProgress(null, null, false));
    }
    List<ChunkProgress> chunks = new ArrayList<>(parts);
    List<String> after = null;
    for (int i = 1; i < parts; i++) {
      BigInteger bound =
          min.add(spread.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(parts)));
      List<String> upTo = List.of(bound.toString());
      chunks.add(new ChunkProgress(after, upTo, false));
      after = upTo;
    }
    chunks.add(new ChunkProgress(after, null, false));
    return chunks;
  }
}
