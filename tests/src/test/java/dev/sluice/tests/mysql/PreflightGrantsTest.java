package dev.sluice.tests.mysql;

import static dev.sluice.tests.mysql.PreflightRig.of;
import static dev.sluice.tests.mysql.PreflightRig.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.preflight.RequiredGrants;
import dev.sluice.mysql.preflight.RequiredGrants.Purpose;
import dev.sluice.mysql.preflight.Side;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.tests.mysql.TestServer.Account;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What preflight says of privileges, against a server that enforces them. */
@Tag("mysql")
@ExtendWith({MySqlExtension.class, SharedStack.class})
class PreflightGrantsTest {

  private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON (\\S+) TO .*");
  private static final String PASSWORD = "pw_1234567";

  private TestServer server;
  private Account account;
  private String user;

  @BeforeEach
  void makeAccount(TestServer shared) throws SQLException {
    server = shared;
    account = new Account(shared.schema() + "_u", PASSWORD);
    user = "'" + account.user() + "'@'%'";
    server.execute(
        "CREATE TABLE t (id BIGINT PRIMARY KEY)",
        "CREATE USER " + user + " IDENTIFIED BY '" + PASSWORD + "'");
  }

  @AfterEach
  void dropAccount() throws SQLException {
    server.execute("DROP USER " + user);
  }

  private List<Finding> asSource() {
    return run(Side.SOURCE);
  }

  /** The side in question has the account, the other one the stack's own. */
  private List<Finding> run(Side side) {
    Account source = side == Side.SOURCE ? account : server.app();
    Account target = side == Side.TARGET ? account : server.app();
    return of(
            PreflightRig.between(
                    server.endpoint(source, server.schema()),
                    server.endpoint(target, server.otherSchema()))
                .run("t"),
            "grants")
        .stream()
        .filter(f -> f.object().startsWith(side == Side.SOURCE ? "commerce/" : "customer/-80"))
        .toList();
  }

  private List<String> statements(Side side, String schema) throws SQLException {
    return RequiredGrants.statements(side, version(), user, schema, Sidecar.DEFAULT_SCHEMA, false);
  }

  private ServerVersion version() throws SQLException {
    try (Connection connection = server.connectAsAdmin()) {
      return new InformationSchema(connection).version();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Side.class,
      names = {"SOURCE", "TARGET"})
  void eachMissingPrivilegeIsNamedAndItsStatementGivesIt(Side side) throws SQLException {
    String schema = side == Side.SOURCE ? server.schema() : server.otherSchema();
    server.execute(statements(side, schema).toArray(String[]::new));
    assertThat(run(side)).extracting(Finding::severity).containsExactly(Severity.OK);

    for (RequiredGrants.Need need : RequiredGrants.of(side, version())) {
      String statement =
          statements(side, schema).stream()
              .filter(sql -> privilegesOf(sql).contains(need.privilege()))
              .filter(sql -> levelOf(need).matcher(sql).find())
              .findFirst()
              .orElseThrow();
      String object = objectOf(statement);
      server.execute("REVOKE " + need.privilege() + " ON " + object + " FROM " + user);

      List<Finding> findings = run(side);

      assertThat(findings).as("without %s", need).hasSize(1);
      Finding finding = findings.get(0);
      assertThat(finding.severity())
          .isEqualTo(need.purpose() == Purpose.MOVE ? Severity.REFUSE : Severity.WARN);
      assertThat(finding.message()).endsWith(": " + need.privilege() + " ON " + object);
      assertThat(finding.remedy())
          .isEqualTo("GRANT " + need.privilege() + " ON " + object + " TO " + user);
      server.execute(finding.remedy());
    }
    assertThat(run(side)).extracting(Finding::severity).containsExactly(Severity.OK);
  }

  private static Pattern levelOf(RequiredGrants.Need need) {
    return Pattern.compile(
        switch (need.level()) {
          case SERVER -> " ON \\*\\.\\*";
          case PERFORMANCE_SCHEMA -> " ON `performance_schema`";
          case SCHEMA_GRANTS -> " ON `mysql`.`db`";
          case TABLE_GRANTS -> " ON `mysql`.`tables_priv`";
          case SIDECAR -> " ON `\\\\_sluice`";
          case SCHEMA -> " ON `commerce";
        });
  }

  @Test
  void theAccountOfEveryTestHasExactlyWhatIsPrinted() throws SQLException {
    server.execute(statements(Side.SOURCE, server.schema()).toArray(String[]::new));
    Finding printed = asSource().get(0);
    assertThat(printed.severity()).isEqualTo(Severity.OK);
    assertThat(printed.message()).contains(statements(Side.SOURCE, server.schema()));

    Map<String, Set<String>> wanted = grantsOf(user);
    Set<String> onSchema = wanted.remove("`" + server.schema().replace("_", "\\_") + "`.*");
    for (String moved : List.of("commerce", "commerce\\_%", "customer", "customer\\_%")) {
      wanted.put("`" + moved + "`.*", onSchema);
    }
    assertThat(grantsOf("'" + server.app().user() + "'@'%'")).isEqualTo(wanted);
  }

  /** By object, in the server's own words. */
  private Map<String, Set<String>> grantsOf(String quoted) throws SQLException {
    Map<String, Set<String>> grants = new TreeMap<>();
    try (Connection connection = server.connectAsAdmin()) {
      List<String> lines =
          Queries.list(connection, "SHOW GRANTS FOR " + quoted, row -> row.getString(1));
      for (String line : lines) {
        if (!line.startsWith("GRANT USAGE")) {
          grants
              .computeIfAbsent(objectOf(line), object -> new TreeSet<>())
              .addAll(privilegesOf(line));
        }
      }
    }
    return grants;
  }

  private static String objectOf(String grant) {
    Matcher matcher = GRANT.matcher(grant);
    assertThat(matcher.matches()).as(grant).isTrue();
    return matcher.group(2);
  }

  private static List<String> privilegesOf(String grant) {
    Matcher matcher = GRANT.matcher(grant);
    assertThat(matcher.matches()).as(grant).isTrue();
    return List.of(matcher.group(1).split(", "));
  }

  @Test
  void grantsOnEveryTableOfTheMoveStandForOneOnTheSchema() throws SQLException {
    List<String> sql = new ArrayList<>(statements(Side.SOURCE, server.schema()));
    String onSchema = sql.remove(sql.size() - 1);
    String privileges = String.join(", ", privilegesOf(onSchema)).replace(", EVENT", "");
    sql.add("CREATE TABLE u (id BIGINT PRIMARY KEY)");
    sql.add("GRANT " + privileges + " ON `" + server.schema() + "`.`t` TO " + user);
    sql.add("GRANT SELECT (id) ON `" + server.schema() + "`.`u` TO " + user);
    server.execute(sql.toArray(String[]::new));

    assertThat(refused(asSource())).as("t alone").isEmpty();

    List<Finding> both =
        PreflightRig.between(
                server.endpoint(account, server.schema()),
                server.endpoint(server.app(), server.otherSchema()))
            .run("t", "u");
    Finding refused = of(refused(both), "grants").get(0);
    String u = "`" + server.schema() + "`.`u`";
    assertThat(refused.message()).contains("SELECT ON " + u).contains("TRIGGER ON " + u);
    assertThat(refused.remedy()).isEqualTo("GRANT SELECT, TRIGGER ON " + u + " TO " + user);
  }

  @Test
  void privilegesOfARoleCount() throws SQLException {
    if (!version().atLeast(8, 0, 0)) {
      return;
    }
    String role = "'" + server.schema() + "_r'";
    List<String> sql = new ArrayList<>(List.of("CREATE ROLE " + role));
    statements(Side.SOURCE, server.schema()).forEach(s -> sql.add(s.replace(user, role)));
    sql.add("GRANT " + role + " TO " + user);
    server.execute(sql.toArray(String[]::new));
    try {
      assertThat(
              refused(
                  PreflightRig.between(
                          server.endpoint(account, server.schema()),
                          server.endpoint(server.app(), server.otherSchema()))
                      .run("t")))
          .isNotEmpty();
      server.execute("SET DEFAULT ROLE " + role + " TO " + user);
      assertThat(asSource()).extracting(Finding::severity).containsExactly(Severity.OK);
    } finally {
      server.execute("DROP ROLE " + role);
    }
  }

  @Test
  void aReplicaNeedsLess(Stack stack) throws SQLException {
    if (server.port() != stack.source().port()) {
      return;
    }
    // the account reaches the replica by replication
    server.execute(statements(Side.REPLICA, server.schema()).toArray(String[]::new));
    Replica replica = new Replica(stack);
    replica.awaitCaughtUp();
    PreflightRig rig = PreflightRig.on(server).replica(replica.endpoint(account, server.schema()));
    assertThat(of(rig.run("t"), "grants"))
        .filteredOn(f -> f.object().endsWith("/replica"))
        .singleElement()
        .satisfies(f -> assertThat(f.severity()).as(f.toString()).isEqualTo(Severity.OK));

    server.execute("REVOKE SELECT ON `" + server.schema().replace("_", "\\_") + "`.* FROM " + user);
    replica.awaitCaughtUp();
    assertThat(of(refused(rig.run("t")), "reachability"))
        .as("without any privilege on the schema the account cannot even open it")
        .hasSize(1);
  }
}
