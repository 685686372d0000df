package dev.sluice.bench.measure;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.SbtestTable;
import dev.sluice.tests.stack.MysqlServer;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;

/**
 * How many rows tables hold and an order-free checksum over every column of them; the digests of
 * shards add up to the digest of the whole.
 */
public record TableDigest(long rows, BigDecimal checksum) {
  private static final TableDigest NOTHING = new TableDigest(0, BigDecimal.ZERO);

  /** Reads all rows of the tables in one schema of a server. */
  public static TableDigest of(MysqlServer server, String schema, Collection<SbtestTable> tables) {
    TableDigest sum = NOTHING;
    try (Connection connection = server.connectAsAdmin(schema);
        Statement statement = connection.createStatement()) {
      for (SbtestTable table : tables) {
        String sql =
            "SELECT COUNT(*), COALESCE(SUM(CRC32(CONCAT_WS('#', id, k, c, pad))), 0) FROM "
                + table.name();
        try (ResultSet result = statement.executeQuery(sql)) {
          result.next();
          sum = sum.plus(new TableDigest(result.getLong(1), result.getBigDecimal(2)));
        }
      }
      return sum;
    } catch (SQLException e) {
      throw new BenchException("cannot read " + server.name() + ": " + e.getMessage(), e);
    }
  }

  public TableDigest plus(TableDigest other) {
    return new TableDigest(rows + other.rows, checksum.add(other.checksum));
  }

  /**
   * Checks that a copy equals its original: a fast wrong result is none.
   *
   * @throws BenchException when it does not
   */
  public void mustEqual(TableDigest copy, String what) {
    if (rows != copy.rows || checksum.compareTo(copy.checksum) != 0) {
      throw new BenchException(
          what
              + " differs from the source: "
              + copy.rows
              + " rows for "
              + rows
              + (rows == copy.rows ? ", their contents differ" : ""));
    }
  }
}
