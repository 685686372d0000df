package dev.sluice.mysql.preflight;

import dev.sluice.mysql.schema.Collations;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.ServerVariables;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TargetSchemaCheck;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Asks one server for the facts that checks judge. */
final class ServerFactsReader {

  /** Missing privileges, also that of XA RECOVER; and a performance_schema that is not there. */
  private static final Set<Integer> FORBIDDEN = Set.of(1044, 1142, 1146, 1227, 1401);

  private static final ServerVersion DYNAMIC_PRIVILEGES = new ServerVersion(8, 0, 0, "");

  private final Connection connection;
  private final Clock clock;
  private final long recordMaxBytes;

  ServerFactsReader(Connection connection, Clock clock, long recordMaxBytes) {
    this.connection = connection;
    this.clock = clock;
    this.recordMaxBytes = recordMaxBytes;
  }

  ServerFacts read(Side side, String label, String schema, String sidecar, List<String> tables)
      throws SQLException {
    InformationSchema information = new InformationSchema(connection);
    ServerVariables variables = ServerVariables.read(connection);
    Map<String, TableDescription> described = information.describe(schema, tables);
    boolean literal = variables.isOn("partial_revokes");
    return new ServerFacts(
        side,
        label,
        schema,
        sidecar,
        account(),
        variables,
        GrantSet.parse(Queries.list(connection, "SHOW GRANTS", row -> row.getString(1)), literal),
        channels(variables.version()),
        binlogFilters(variables.version()),
        writablePrimaries(variables.version()),
        xaTransactions(),
        clockSkewMillis(),
        collations(),
        described,
        side == Side.TARGET ? nonEmpty(schema, described) : Set.of(),
        side == Side.SOURCE
            ? new RowSizeReader(connection, recordMaxBytes).read(described)
            : Map.of(),
        information.foreignKeys(schema, tables),
        information.triggers(schema).stream()
            .filter(trigger -> tables.contains(trigger.table()))
            .toList(),
        new ServerFacts.LeftBehind(
            information.otherObjects(schema), accounts(schema, tables, literal)),
        unbound(variables.version()),
        fenced(sidecar));
  }

  private boolean fenced(String sidecar) throws SQLException {
    String table =
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
            + Literals.string(sidecar)
            + " AND TABLE_NAME = 'fence'";
    String gate =
        "SELECT 1 FROM " + Identifiers.qualified(sidecar, "fence") + " WHERE denied <> 0 LIMIT 1";
    try {
      return Queries.text(connection, table).isPresent()
          && Queries.text(connection, gate).isPresent();
    } catch (SQLException e) {
      // refused by check `grants`
      unknownIfForbidden(e);
      return false;
    }
  }

  private Optional<List<String>> unbound(ServerVersion version) throws SQLException {
    Set<String> accounts = new TreeSet<>();
    try {
      String sql = "SELECT User, Host FROM mysql.user WHERE Super_priv = 'Y'";
      if (version.compareTo(DYNAMIC_PRIVILEGES) >= 0) {
        sql += " UNION SELECT USER, HOST FROM mysql.global_grants WHERE PRIV = 'CONNECTION_ADMIN'";
      }
      Queries.list(
          connection, sql, row -> accounts.add(account(row.getString(1), row.getString(2))));
    } catch (SQLException e) {
      unknownIfForbidden(e);
      return Optional.empty();
    }
    accounts.remove(account());
    return Optional.of(List.copyOf(accounts));
  }

  /**
   * Accounts with privileges on the schema or on tables of the move, other than those on all of the
   * server; our own is left out.
   */
  private Optional<List<String>> accounts(String schema, List<String> tables, boolean literal)
      throws SQLException {
    Set<String> accounts = new TreeSet<>();
    try {
      Queries.list(
          connection,
          "SELECT Db, User, Host FROM mysql.db",
          row ->
              (literal
                      ? row.getString(1).equals(schema)
                      : GrantSet.schemaPattern(row.getString(1)).matcher(schema).matches())
                  && accounts.add(account(row.getString(2), row.getString(3))));
      Queries.list(
          connection,
          "SELECT Table_name, User, Host FROM mysql.tables_priv WHERE Db = "
              + Literals.string(schema),
          row ->
              tables.contains(row.getString(1))
                  && accounts.add(account(row.getString(2), row.getString(3))));
    } catch (SQLException e) {
      unknownIfForbidden(e);
      return Optional.empty();
    }
    accounts.remove(account());
    return Optional.of(List.copyOf(accounts));
  }

  private String account() throws SQLException {
    String account = Queries.text(connection, "SELECT CURRENT_USER()").orElse("@");
    int at = account.lastIndexOf('@');
    return account(account.substring(0, at), account.substring(at + 1));
  }

  private static String account(String user, String host) {
    return quoted(user) + "@" + quoted(host);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private Optional<List<ReplicaChannel>> channels(ServerVersion version) throws SQLException {
    boolean newer = version.atLeast(8, 0, 22);
    String sql = newer ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
    String other = newer ? "Source" : "Master";
    String self = newer ? "Replica" : "Slave";
    try {
      return Optional.of(
          Queries.list(
              connection,
              sql,
              row -> {
                long lag = row.getLong("Seconds_Behind_" + other);
                OptionalLong lagSeconds =
                    row.wasNull() ? OptionalLong.empty() : OptionalLong.of(lag);
                boolean running =
                    "Yes".equals(row.getString(self + "_IO_Running"))
                        && "Yes".equals(row.getString(self + "_SQL_Running"));
                return new ReplicaChannel(
                    text(row.getString(other + "_UUID")),
                    running,
                    lagSeconds,
                    text(row.getString("Last_IO_Error")) + text(row.getString("Last_SQL_Error")),
                    filters(row));
              }));
    } catch (SQLException e) {
      unknownIfForbidden(e);
      return Optional.empty();
    }
  }

  /** Servers that are not listened to are no filter: what comes from them is not lost unseen. */
  private static List<String> filters(ResultSet row) throws SQLException {
    List<String> filters = new ArrayList<>();
    ResultSetMetaData columns = row.getMetaData();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String name = columns.getColumnLabel(i);
      String value = text(row.getString(i));
      if (name.startsWith("Replicate_")
          && !name.equals("Replicate_Ignore_Server_Ids")
          && !value.isEmpty()) {
        filters.add(name + " " + value);
      }
    }
    return filters;
  }

  private Optional<BinlogFilters> binlogFilters(ServerVersion version) throws SQLException {
    String sql = version.atLeast(8, 2, 0) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    try {
      return Queries.first(
          connection,
          sql,
          row ->
              BinlogFilters.parse(
                  row.getString("Binlog_Do_DB"), row.getString("Binlog_Ignore_DB")));
    } catch (SQLException e) {
      unknownIfForbidden(e);
      return Optional.empty();
    }
  }

  private static String text(String value) {
    return value == null ? "" : value;
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
      unknownIfForbidden(e);
      return 0;
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
      try {
        if (!TargetSchemaCheck.isEmpty(connection, schema, table.name())) {
          nonEmpty.add(table.name());
        }
      } catch (SQLException e) {
        // refused by check `grants`
        unknownIfForbidden(e);
      }
    }
    return nonEmpty;
  }

  /** An account without the privilege to look cannot tell; every other error is one. */
  static void unknownIfForbidden(SQLException error) throws SQLException {
    if (!FORBIDDEN.contains(error.getErrorCode())) {
      throw error;
    }
  }
}
