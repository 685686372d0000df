package dev.sluice.apply.write;

import com.mysql.cj.jdbc.JdbcStatement;
import dev.sluice.mysql.error.RowWarnings;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Runs the writer's statements on one connection. Not thread-safe. */
final class Statements {

  private final Connection connection;
  private final int statementBytes;

  /**
   * @param statementBytes size at which a statement with many rows is sent
   */
  Statements(Connection connection, int statementBytes) {
    this.connection = connection;
    this.statementBytes = statementBytes;
  }

  Connection connection() {
    return connection;
  }

  int statementBytes() {
    return statementBytes;
  }

  /** Runs a statement; answers the rows affected. */
  long run(TextBuffer sql) throws SQLException {
    return run(new String(sql.array(), 0, sql.length(), StandardCharsets.UTF_8));
  }

  long run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // values may hold braces, which are no JDBC escapes
      statement.setEscapeProcessing(false);
      return statement.executeLargeUpdate(sql);
    }
  }

  /**
   * Runs a statement with a value for each {@code ?}; answers the rows affected.
   *
   * @param values byte arrays, strings, null
   */
  long run(String sql, Object[] values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof byte[] bytes) {
          statement.setBytes(i + 1, bytes);
        } else {
          statement.setString(i + 1, (String) values[i]);
        }
      }
      return statement.executeLargeUpdate();
    }
  }

  /**
   * Runs LOAD DATA LOCAL with the rows given.
   *
   * @throws SQLException also when the server kept a row in another form than sent
   */
  long load(String sql, InputStream rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(rows);
      long affected = statement.executeLargeUpdate(sql);
      RowWarnings.refuseChangedRows(statement.getWarnings());
      return affected;
    }
  }
}
