package dev.sluice.tests.e2e;

import com.mysql.cj.jdbc.JdbcStatement;
import dev.sluice.tests.stack.MysqlServer;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An application by seed on one source shard: transactions of 1 to 5,000 statements with savepoints
 * and rollbacks, now and then DDL. Statements that the server refuses are part of it. Everything
 * that was sent stands in a file. One thread; the counts may be asked by any.
 */
final class RandomWriter implements AutoCloseable {

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private final String what;
  private final Connection connection;
  private final BufferedWriter file;
  private final RandomStatements statements;
  private final RandomDdl ddl;
  private final Rolls rolls;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean ddlAllowed;
  private volatile long transactions;
  private volatile long rowsChanged;
  private volatile Throwable failure;
  private int ddlLeft;
  private final int largest;
  private int largeLeft;

  /**
   * @param ddl null for none
   * @param largest statements of a transaction; there is one of such size
   */
  RandomWriter(
      String what,
      Keyspaces.Place place,
      RandomStatements statements,
      RandomDdl ddl,
      Rolls rolls,
      int largest,
      Path log)
      throws SQLException, IOException {
    this.what = what;
    this.statements = statements;
    this.ddl = ddl;
    this.rolls = rolls;
    this.largest = largest;
    this.largeLeft = 1;
    this.ddlLeft = ddl == null ? 0 : rolls.between(1, 5);
    this.connection = connect(place);
    this.file = Files.newBufferedWriter(log);
    this.thread = new Thread(this::run, "random writer " + what);
    session();
  }

  private static Connection connect(Keyspaces.Place place) throws SQLException {
    MysqlServer server = place.server();
    return DriverManager.getConnection(
        server.jdbcUrl(place.schema()) + "&allowLoadLocalInfile=true",
        server.adminUser(),
        server.adminPassword());
  }

  private void session() throws SQLException, IOException {
    execute(
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO'), lock_wait_timeout = 20,"
            + " innodb_lock_wait_timeout = 3, sql_generate_invisible_primary_key = ON,"
            + " transaction_isolation = '"
            + (rolls.percent(50) ? "READ-COMMITTED" : "REPEATABLE-READ")
            + "'");
    connection.setAutoCommit(false);
  }

  /** Creates a table or puts rows into it, before {@link #start}. */
  void prepare(RandomStatements.Sql sql) throws SQLException, IOException {
    execute(sql);
    connection.commit();
  }

  RandomWriter start() {
    thread.start();
    return this;
  }

  /** Transactions committed so far; throws what ended the writer, if something did. */
  long transactions() {
    if (failure != null) {
      throw new AssertionError(what + " failed", failure);
    }
    return transactions;
  }

  /** Rows that statements said they changed. */
  long rowsChanged() {
    return rowsChanged;
  }

  private void run() {
    try {
      while (!stopped) {
        long began = System.nanoTime();
        if (ddlLeft > 0 && ddlAllowed && rolls.percent(4)) {
          ddlLeft--;
          attempt(new RandomStatements.Sql(ddl.next(), null));
        } else {
          transaction();
        }
        LockSupport.parkNanos(Math.max(PAUSE_NANOS, System.nanoTime() - began));
      }
    } catch (SQLException | IOException | RuntimeException e) {
      failure = e;
    }
  }

  private void transaction() throws SQLException, IOException {
    int size = size();
    boolean heavy = size < 20;
    int savepoint = -1;
    for (int i = 0; i < size && !stopped; i++) {
      attempt(statements.next(heavy));
      if (savepoint < 0 && rolls.percent(5)) {
        savepoint = i;
        execute("SAVEPOINT here");
      } else if (savepoint >= 0 && rolls.percent(15)) {
        savepoint = -1;
        attempt(
            new RandomStatements.Sql(
                rolls.percent(70) ? "ROLLBACK TO SAVEPOINT here" : "RELEASE SAVEPOINT here", null));
      }
    }
    if (rolls.percent(13)) {
      execute("ROLLBACK");
    } else {
      execute("COMMIT");
      transactions++;
    }
  }

  private int size() {
    return switch (rolls.weighted(55, 30, 12, largeLeft > 0 ? 3 : 0)) {
      case 0 -> rolls.between(1, 3);
      case 1 -> rolls.between(4, 30);
      case 2 -> rolls.between(31, 200);
      default -> {
        largeLeft--;
        yield rolls.between(largest / 5, largest);
      }
    };
  }

  /** Runs a statement that may be refused: by a duplicate, a deadlock, a column that has gone. */
  private void attempt(RandomStatements.Sql sql) throws SQLException, IOException {
    try {
      execute(sql);
    } catch (SQLException e) {
      if (e.getErrorCode() == 0 || String.valueOf(e.getSQLState()).startsWith("08")) {
        throw e;
      }
      file.write(String.format(Locale.ROOT, "-- %d %s%n", e.getErrorCode(), e.getMessage()));
    }
  }

  private void execute(String sql) throws SQLException, IOException {
    execute(new RandomStatements.Sql(sql, null));
  }

  private void execute(RandomStatements.Sql sql) throws SQLException, IOException {
    file.write(sql.text());
    file.write(";\n");
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      if (sql.lines() != null) {
        statement
            .unwrap(JdbcStatement.class)
            .setLocalInfileInputStream(
                new ByteArrayInputStream(sql.lines().getBytes(StandardCharsets.UTF_8)));
      }
      statement.execute(sql.text());
      rowsChanged += Math.max(0, statement.getUpdateCount());
    }
  }

  /** From now on there may be DDL. */
  void allowDdl() {
    ddlAllowed = true;
  }

  /** Lets the transaction under way end. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    transactions();
  }

  @Override
  public void close() throws SQLException, IOException {
    stopped = true;
    connection.close();
    file.close();
  }
}
