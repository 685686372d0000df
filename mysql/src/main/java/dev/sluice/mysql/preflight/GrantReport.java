package dev.sluice.mysql.preflight;

import dev.sluice.mysql.preflight.RequiredGrants.Level;
import dev.sluice.mysql.preflight.RequiredGrants.Need;
import dev.sluice.mysql.preflight.RequiredGrants.Purpose;
import dev.sluice.mysql.sql.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an account lacks on one server, and the statements that give it. Immutable. */
public final class GrantReport {

  /** A privilege that other ones bring along. */
  private static final Map<String, String> COVERED_BY =
      Map.of("CONNECTION_ADMIN", "SUPER", "SHOW_ROUTINE", "SELECT");

  /**
   * One missing privilege.
   *
   * @param object what stands after ON
   */
  private record Missing(Need need, String object) {}

  private final ServerFacts server;
  private final List<Missing> missing;

  private GrantReport(ServerFacts server, List<Missing> missing) {
    this.server = server;
    this.missing = missing;
  }

  /**
   * Compares what the account has with what it needs.
   *
   * @param tables of the move: grants on each of them stand for one on their schema
   */
  public static GrantReport of(ServerFacts server, List<String> tables) {
    List<Missing> missing = new ArrayList<>();
    for (Need need : RequiredGrants.of(server.side(), server.variables().version())) {
      look(server, need, tables, missing);
    }
    return new GrantReport(server, missing);
  }

  private static void look(
      ServerFacts server, Need need, List<String> tables, List<Missing> missing) {
    GrantSet grants = server.grants();
    Set<String> wanted = Set.of(need.privilege());
    String covering = COVERED_BY.get(need.privilege());
    if (covering != null && grants.missingGlobally(Set.of(covering)).isEmpty()) {
      return;
    }
    boolean lacking =
        switch (need.level()) {
          case SERVER -> !grants.missingGlobally(wanted).isEmpty();
          case PERFORMANCE_SCHEMA -> !grants.missingOn("performance_schema", wanted).isEmpty();
          case SCHEMA_GRANTS -> !grants.missingOn("mysql", "db", wanted).isEmpty();
          case TABLE_GRANTS -> !grants.missingOn("mysql", "tables_priv", wanted).isEmpty();
          case SIDECAR -> !grants.missingOn(server.sidecar(), wanted).isEmpty();
          case SCHEMA -> !grants.missingOn(server.schema(), wanted).isEmpty();
        };
    if (!lacking) {
      return;
    }
    // an event belongs to a schema, never to a table
    boolean byTable =
        need.level() == Level.SCHEMA
            && !need.privilege().equals("EVENT")
            && grants.hasTableGrants(server.schema());
    if (!byTable) {
      missing.add(
          new Missing(
              need,
              RequiredGrants.object(
                  need.level(), server.schema(), server.sidecar(), literal(server))));
      return;
    }
    for (String table : tables) {
      if (!grants.missingOn(server.schema(), table, wanted).isEmpty()) {
        missing.add(new Missing(need, Identifiers.qualified(server.schema(), table)));
      }
    }
  }

  private static boolean literal(ServerFacts server) {
    return server.variables().isOn("partial_revokes");
  }

  /** The missing privileges, each as {@code SELECT ON `shop`.*}. */
  public List<String> missing(Purpose purpose) {
    return missing.stream()
        .filter(one -> one.need().purpose() == purpose)
        .map(one -> one.need().privilege() + " ON " + one.object())
        .toList();
  }

  /** The statements that give what is missing. */
  public List<String> statements(Purpose purpose) {
    Map<String, List<String>> byObject = new LinkedHashMap<>();
    for (Missing one : missing) {
      if (one.need().purpose() == purpose) {
        byObject
            .computeIfAbsent(one.object(), object -> new ArrayList<>())
            .add(one.need().privilege());
      }
    }
    List<String> statements = new ArrayList<>();
    byObject.forEach(
        (object, privileges) ->
            statements.add(RequiredGrants.statement(privileges, object, server.account())));
    return statements;
  }

  /** Every statement of this account on this server, whatever it has already. */
  public List<String> allStatements() {
    return RequiredGrants.statements(
        server.side(),
        server.variables().version(),
        server.account(),
        server.schema(),
        server.sidecar(),
        literal(server));
  }
}
