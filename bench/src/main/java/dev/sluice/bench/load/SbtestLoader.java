package dev.sluice.bench.load;

import com.mysql.cj.jdbc.JdbcStatement;
import dev.sluice.bench.BenchException;
import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Creates and fills the tables of a server's own schema. */
public final class SbtestLoader {
  private static final long ROWS_A_STATEMENT = 50_000;

  private final MysqlServer server;
  private final List<SbtestTable> tables;

  public SbtestLoader(MysqlServer server, List<SbtestTable> tables) {
    this.server = server;
    this.tables = List.copyOf(tables);
  }

  /**
   * Makes each table anew with rows 1 to {@code rows}, and its index.
   *
   * @throws BenchException when the server refuses something
   */
  public void create(long rows) {
    for (SbtestTable table : tables) {
      server.execute("DROP TABLE IF EXISTS " + table.name(), table.createStatement());
    }
    extend(0, rows);
    for (SbtestTable table : tables) {
      server.execute(table.indexStatement(), "ANALYZE TABLE " + table.name());
    }
  }

  /** Adds rows to each table: those after {@code present} up to {@code rows}. */
  public void extend(long present, long rows) {
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (SbtestTable table : tables) {
      running.add(CompletableFuture.runAsync(() -> fill(table, present + 1, rows)));
    }
    try {
      running.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new BenchException("rows cannot be loaded: " + e.getCause().getMessage(), e);
    }
  }

  private void fill(SbtestTable table, long first, long last) {
    String url = server.jdbcUrl() + "&allowLoadLocalInfile=true";
    int highestK = (int) Math.min(last, Integer.MAX_VALUE - 1);
    String sql = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + table.name() + " (id, k, c, pad)";
    try (Connection connection =
            DriverManager.getConnection(url, server.adminUser(), server.adminPassword());
        JdbcStatement statement = connection.createStatement().unwrap(JdbcStatement.class)) {
      for (long from = first; from <= last; from += ROWS_A_STATEMENT) {
        long to = Math.min(last, from + ROWS_A_STATEMENT - 1);
        long seed = table.number() * 1_000_000_007L + from;
        statement.setLocalInfileInputStream(new SbtestStream(seed, from, to, highestK));
        long loaded = statement.executeLargeUpdate(sql);
        if (loaded != to - from + 1) {
          throw new BenchException(
              loaded + " rows instead of " + (to - from + 1) + " came into " + table.name());
        }
      }
    } catch (SQLException e) {
      throw new BenchException("cannot fill " + table.name() + ": " + e.getMessage(), e);
    }
  }
}
