package dev.sluice.bench.load;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** One writer of {@link WriteOnlyLoad}. Counts are to be read after its end. */
final class WriteOnlyWriter implements Callable<Void> {
  private final WriteOnlyLoad load;
  private final Pace pace;
  private final AtomicBoolean stopped;
  private final SplittableRandom random;
  private final SbtestText text;
  private final ErrorClassifier errors = new ErrorClassifier();
  private long committed;
  private long retries;

  WriteOnlyWriter(WriteOnlyLoad load, Pace pace, AtomicBoolean stopped, long seed) {
    this.load = load;
    this.pace = pace;
    this.stopped = stopped;
    this.random = new SplittableRandom(seed);
    this.text = new SbtestText(random);
  }

  long committed() {
    return committed;
  }

  long retries() {
    return retries;
  }

  @Override
  public Void call() throws SQLException {
    MysqlServer server = load.server();
    try (Connection connection =
        DriverManager.getConnection(
            server.jdbcUrl() + "&useServerPrepStmts=true",
            server.adminUser(),
            server.adminPassword())) {
      connection.setAutoCommit(false);
      List<Statements> statements = new ArrayList<>();
      for (SbtestTable table : load.tables()) {
        statements.add(Statements.prepare(connection, table.name()));
      }
      while (!stopped.get()) {
        pace.await();
        write(connection, statements);
      }
    }
    return null;
  }

  private void write(Connection connection, List<Statements> statements) throws SQLException {
    try {
      one(statements).updateIndexed(key());
      one(statements).updateOther(key(), text.text(SbtestText.C_GROUPS));
      replace(one(statements), key());
      connection.commit();
      committed++;
    } catch (SQLException e) {
      connection.rollback();
      if (!errors.isContention(e)) {
        throw e;
      }
      retries++;
    }
  }

  private void replace(Statements table, long key) throws SQLException {
    table.delete(key);
    table.insert(
        key,
        random.nextLong(load.rows()) + 1,
        text.text(SbtestText.C_GROUPS),
        text.text(SbtestText.PAD_GROUPS));
  }

  private Statements one(List<Statements> statements) {
    return statements.get(random.nextInt(statements.size()));
  }

  private long key() {
    return random.nextLong(load.rows()) + 1;
  }

  /** The statements for one table; closed with the connection. */
  private record Statements(
      PreparedStatement updateIndexed,
      PreparedStatement updateOther,
      PreparedStatement delete,
      PreparedStatement insert) {

    static Statements prepare(Connection connection, String table) throws SQLException {
      return new Statements(
          connection.prepareStatement("UPDATE " + table + " SET k = k + 1 WHERE id = ?"),
          connection.prepareStatement("UPDATE " + table + " SET c = ? WHERE id = ?"),
          connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?"),
          connection.prepareStatement(
              "INSERT INTO " + table + " (id, k, c, pad) VALUES (?, ?, ?, ?)"));
    }

    void updateIndexed(long key) throws SQLException {
      updateIndexed.setLong(1, key);
      updateIndexed.executeUpdate();
    }

    void updateOther(long key, String c) throws SQLException {
      updateOther.setString(1, c);
      updateOther.setLong(2, key);
      updateOther.executeUpdate();
    }

    void delete(long key) throws SQLException {
      delete.setLong(1, key);
      delete.executeUpdate();
    }

    void insert(long key, long k, String c, String pad) throws SQLException {
      insert.setLong(1, key);
      insert.setLong(2, k);
      insert.setString(3, c);
      insert.setString(4, pad);
      insert.executeUpdate();
    }
  }
}
