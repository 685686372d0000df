package dev.sluice.mysql.preflight;

import dev.sluice.mysql.schema.Collations;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.ServerVariables;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TargetSchemaCheck;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Asks one server for the facts that checks judge. */
final class ServerFactsReader {

  /** Missing privileges, also that of XA RECOVER; and a performance_schema that is not there. */
  private static final Set<Integer> FORBIDDEN = Set.of(1044, 1142, 1146, 1227, 1401);

  private final Connection connection;
  private final Clock clock;

  ServerFactsReader(Connection connection, Clock clock) {
    this.connection = connection;
    this.clock = clock;
  }

  ServerFacts read(Side side, String label, String schema, String sidecar, List<String> tables)
      throws SQLException {
    InformationSchema information = new InformationSchema(connection);
    ServerVariables variables = ServerVariables.read(connection);
    Map<String, TableDescription> described = information.describe(schema, tables);
    return new ServerFacts(
        side,
        label,
        schema,
        sidecar,
        account(),
        variables,
        GrantSet.parse(Queries.list(connection, "SHOW GRANTS", row -> row.getString(1))),
        replica(variables.version()),
        writablePrimaries(variables.version()),
        xaTransactions(),
        clockSkewMillis(),
        collations(),
        described,
        side == Side.TARGET ? nonEmpty(schema, described) : Set.of(),
        information.foreignKeys(schema, tables),
        information.triggers(schema).stream()
            .filter(trigger -> tables.contains(trigger.table()))
            .toList(),
        information.otherObjects(schema));
  }

  private String account() throws SQLException {
    String account = Queries.text(connection, "SELECT CURRENT_USER()").orElse("@");
    int at = account.lastIndexOf('@');
    return quoted(account.substring(0, at)) + "@" + quoted(account.substring(at + 1));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private Optional<Boolean> replica(ServerVersion version) throws SQLException {
    String sql = version.atLeast(8, 0, 22) ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
    try {
      return Optional.of(!Queries.list(connection, sql, ResultSet::getRow).isEmpty());
    } catch (SQLException e) {
      return unknownIfForbidden(e);
    }
  }

  private int writablePrimaries(ServerVersion version) throws SQLException {
    if (!version.atLeast(8, 0, 2)) {
      return 0;
    }
    try {
      return Queries.text(
              connection,
              "SELECT COUNT(*) FROM performance_schema.replication_group_members"
                  + " WHERE MEMBER_STATE = 'ONLINE' AND MEMBER_ROLE = 'PRIMARY'")
          .map(Integer::parseInt)
          .orElse(0);
    } catch (SQLException e) {
      return unknownIfForbidden(e).map(unused -> 0).orElse(0);
    }
  }

  /**
   * Prepared ones (some accounts may not list them) and active ones (where the server watches
   * them).
   */
  private OptionalInt xaTransactions() throws SQLException {
    OptionalInt prepared = count("XA RECOVER");
    OptionalInt active =
        count(
            "SELECT THREAD_ID FROM performance_schema.events_transactions_current"
                + " WHERE STATE = 'ACTIVE' AND XA_STATE IN ('ACTIVE', 'IDLE', 'PREPARED')");
    if (prepared.isEmpty() && active.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Math.max(prepared.orElse(0), active.orElse(0)));
  }

  private OptionalInt count(String sql) throws SQLException {
    try {
      return OptionalInt.of(Queries.list(connection, sql, ResultSet::getRow).size());
    } catch (SQLException e) {
      unknownIfForbidden(e);
      return OptionalInt.empty();
    }
  }

  /**
   * Compares the middle of the question with the answer, so that half the way there and back does
   * not count.
   */
  private long clockSkewMillis() throws SQLException {
    Instant before = clock.instant();
    Instant server =
        Queries.first(
                connection,
                "SELECT UTC_TIMESTAMP(6)",
                row -> row.getObject(1, LocalDateTime.class).toInstant(ZoneOffset.UTC))
            .orElseThrow();
    long halfMillis = (clock.millis() - before.toEpochMilli()) / 2;
    return server.toEpochMilli() - before.toEpochMilli() - halfMillis;
  }

  private Set<String> collations() throws SQLException {
    return new HashSet<>(
        Queries.list(
            connection,
            "SELECT COLLATION_NAME AS n FROM information_schema.COLLATIONS",
            row -> Collations.canonical(row.getString("n"))));
  }

  private Set<String> nonEmpty(String schema, Map<String, TableDescription> tables)
      throws SQLException {
    Set<String> nonEmpty = new HashSet<>();
    for (TableDescription table : tables.values()) {
      if (!TargetSchemaCheck.isEmpty(connection, schema, table.name())) {
        nonEmpty.add(table.name());
      }
    }
    return nonEmpty;
  }

  /** An account without the privilege to look cannot tell; every other error is one. */
  private static Optional<Boolean> unknownIfForbidden(SQLException error) throws SQLException {
    int number = error.getErrorCode();
    if (FORBIDDEN.contains(number)) {
      return Optional.empty();
    }
    throw error;
  }
}
