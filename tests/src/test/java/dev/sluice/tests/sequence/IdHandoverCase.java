package dev.sluice.tests.sequence;

import dev.sluice.mysql.sequence.IdAllocator;
import dev.sluice.mysql.sequence.IdColumns;
import dev.sluice.mysql.sequence.IdHandover;
import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** Two keyspaces of the shared stack and what hands ids over between them. */
abstract class IdHandoverCase {

  static final Map<String, String> COLUMNS = Map.of("plain", "id", "strict", "no", "vacant", "id");

  private static final String PLAIN =
      "CREATE TABLE plain (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v INT)";

  /** No row of it can be made up: only a copy of another one passes. */
  private static final String STRICT =
      "CREATE TABLE strict (code VARCHAR(9) NOT NULL UNIQUE, no INT AUTO_INCREMENT, price INT NOT"
          + " NULL, twice INT AS (price * 2) STORED, PRIMARY KEY (no), CHECK (price > 5))";

  private static final String EMPTY =
      "CREATE TABLE vacant (id SMALLINT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(9) NOT NULL, j JSON"
          + " NOT NULL, UNIQUE (a))";

  StackScope scope;
  Keyspace commerce;
  Keyspace customer;

  @BeforeEach
  void keyspaces(StackScope theScope) throws SQLException {
    scope = theScope;
    MysqlServer source = scope.stack().source();
    commerce =
        new Keyspace(
            "commerce" + scope.workflow(),
            List.of(shard("-", source, scope.sourceSchema())),
            Map.of());
    customer =
        new Keyspace(
            "customer" + scope.workflow(),
            List.of(
                shard("-80", scope.stack().target("-80"), scope.targetSchema()),
                shard("80-", scope.stack().target("80-"), scope.targetSchema())),
            Map.of());
    for (Keyspace keyspace : List.of(commerce, customer)) {
      for (Shard shard : keyspace.shards()) {
        try (Connection connection = open(shard.primary());
            Statement statement = connection.createStatement()) {
          new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(connection);
          statement.execute(PLAIN);
          statement.execute(STRICT);
          statement.execute(EMPTY);
        }
      }
    }
  }

  private static Shard shard(String range, MysqlServer server, String schema) {
    Endpoint endpoint =
        new Endpoint(
            server.host(), server.port(), server.user(), server::password, schema, Map.of());
    return new Shard(KeyRange.parse(range), endpoint, Optional.empty(), Optional.empty());
  }

  static Connection open(Endpoint endpoint) {
    return new MySqlSessions("test").open(endpoint, SessionProfile.CONTROL);
  }

  Endpoint on(Keyspace keyspace, int shard) {
    return keyspace.shards().get(shard).primary();
  }

  static long number(Endpoint endpoint, String sql) throws SQLException {
    return Long.parseLong(text(endpoint, sql));
  }

  static String text(Endpoint endpoint, String sql) throws SQLException {
    try (Connection connection = open(endpoint);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }

  static void update(Endpoint endpoint, String sql) throws SQLException {
    try (Connection connection = open(endpoint);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  IdHandover handover(Keyspace from, Keyspace to) throws SQLException {
    return handover(from, to, COLUMNS.keySet());
  }

  static IdHandover handover(Keyspace from, Keyspace to, Set<String> tables) throws SQLException {
    return handover(from, to, tables, unguarded(from), unguarded(to));
  }

  static IdHandover handover(
      Keyspace from,
      Keyspace to,
      Set<String> tables,
      IdHandover.Guard guardFrom,
      IdHandover.Guard guardTo)
      throws SQLException {
    return new IdHandover(
        new MySqlSessions("test"),
        Sidecar.DEFAULT_SCHEMA,
        side(from, tables, guardFrom),
        side(to, tables, guardTo),
        true);
  }

  static IdHandover.Side side(Keyspace keyspace, Set<String> tables, IdHandover.Guard guard)
      throws SQLException {
    Endpoint primary = keyspace.shards().get(0).primary();
    try (Connection connection = open(primary)) {
      return new IdHandover.Side(
          keyspace, IdColumns.read(connection, primary.schema(), tables), guard);
    }
  }

  /** Nobody else hands ids over. */
  static IdHandover.Guard unguarded(Keyspace keyspace) {
    return (action, change) -> {
      try (Connection connection = open(keyspace.shards().get(0).primary())) {
        change.on(connection);
      } catch (SQLException e) {
        throw new AssertionError(action, e);
      }
    };
  }

  IdAllocator allocator(String table) {
    return new IdAllocator(
        new Sequences(Sidecar.DEFAULT_SCHEMA),
        Sequences.name(customer.name(), table),
        () -> open(on(customer, 0)));
  }
}
