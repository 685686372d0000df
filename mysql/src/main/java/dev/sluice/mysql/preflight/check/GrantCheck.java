package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.preflight.Side;
import dev.sluice.mysql.sql.Identifiers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Privileges: those needed to move rows are refused when missing, those needed later are warned of.
 */
public final class GrantCheck implements PreflightCheck {

  private static final Set<String> GLOBAL = Set.of("REPLICATION SLAVE", "REPLICATION CLIENT");
  private static final Set<String> GLOBAL_LATER = Set.of("PROCESS", "CONNECTION_ADMIN");
  private static final Set<String> TARGET =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX");
  private static final Set<String> SOURCE_LATER =
      Set.of("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "TRIGGER");
  private static final Set<String> SIDECAR =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE");

  @Override
  public String id() {
    return "grants";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    context.servers().forEach(server -> check(server, findings));
    return findings;
  }

  private void check(ServerFacts server, List<Finding> findings) {
    List<String> now = new ArrayList<>();
    List<String> later = new ArrayList<>();
    schema(server, server.sidecar(), SIDECAR, now);
    if (server.side() == Side.SOURCE) {
      global(server, GLOBAL, now);
      schema(server, server.schema(), Set.of("SELECT"), now);
      schema(server, server.schema(), SOURCE_LATER, later);
    } else {
      schema(server, server.schema(), TARGET, now);
      global(server, GLOBAL, later);
      schema(server, server.schema(), Set.of("TRIGGER"), later);
    }
    global(server, globalLater(server), later);
    if (!now.isEmpty()) {
      findings.add(
          Finding.refuse(
              id(),
              server.label(),
              "privileges are missing that moving rows needs",
              statements(now)));
    }
    if (!later.isEmpty()) {
      findings.add(
          Finding.warn(
              id(),
              server.label(),
              "privileges are missing that switching traffic will need",
              statements(later)));
    }
    if (now.isEmpty() && later.isEmpty()) {
      findings.add(
          Finding.ok(id(), server.label(), server.account() + " has every privilege needed"));
    }
  }

  /** Dynamic privileges exist from 8.0 on; SUPER covered them before. */
  private static Set<String> globalLater(ServerFacts server) {
    return server.variables().version().atLeast(8, 0, 0) ? GLOBAL_LATER : Set.of("PROCESS");
  }

  private static void global(
      ServerFacts server, Collection<String> wanted, List<String> statements) {
    add(server, "*", server.grants().missingGlobally(wanted), statements);
  }

  private static void schema(
      ServerFacts server, String schema, Collection<String> wanted, List<String> statements) {
    // Unescaped, an underscore in a grant stands for any character.
    String level = Identifiers.quote(schema.replace("_", "\\_").replace("%", "\\%"));
    add(server, level, server.grants().missingOn(schema, wanted), statements);
  }

  private static void add(
      ServerFacts server, String level, Set<String> missing, List<String> statements) {
    if (!missing.isEmpty()) {
      statements.add(
          "GRANT " + String.join(", ", missing) + " ON " + level + ".* TO " + server.account());
    }
  }

  private static String statements(List<String> statements) {
    return String.join("; ", statements);
  }
}
