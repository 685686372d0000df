package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What {@code fence: read-only} needs, and whom it does not bind. */
public final class ReadOnlyFenceCheck implements PreflightCheck {

  private static final ServerVersion PERSIST = new ServerVersion(8, 0, 0, "");
  private static final List<String> PRIVILEGES =
      List.of("CONNECTION_ADMIN", "SYSTEM_VARIABLES_ADMIN");

  @Override
  public String id() {
    return "read_only_fence";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    if (context.request().readOnlyFence()) {
      context.servers().forEach(server -> look(server, findings));
    }
    return findings;
  }

  private void look(ServerFacts server, List<Finding> findings) {
    if (server.variables().version().compareTo(PERSIST) < 0) {
      findings.add(
          Finding.refuse(
              id(),
              server.label(),
              "this version cannot keep read_only over a restart",
              "use fence: triggers"));
      return;
    }
    if (!server.variables().isOn("persisted_globals_load")) {
      findings.add(
          Finding.refuse(
              id(),
              server.label(),
              "the server does not read what SET PERSIST has written: a denial would not survive a"
                  + " restart",
              "start it with persisted_globals_load=ON, or use fence: triggers"));
    }
    privileges(server, findings);
    accounts(server, findings);
  }

  private void privileges(ServerFacts server, List<Finding> findings) {
    if (server.grants().missingGlobally(Set.of("SUPER")).isEmpty()) {
      return;
    }
    List<String> missing =
        PRIVILEGES.stream()
            .filter(one -> !server.grants().missingGlobally(Set.of(one)).isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      findings.add(
          Finding.refuse(
              id(),
              server.label(),
              "the account lacks " + String.join(", ", missing) + ", which read_only needs",
              "GRANT " + String.join(", ", missing) + " ON *.* TO " + server.account()));
    }
  }

  private void accounts(ServerFacts server, List<Finding> findings) {
    if (server.unbound().isEmpty()) {
      findings.add(
          Finding.warn(
              id(),
              server.label(),
              "it cannot be seen which accounts read_only does not bind",
              "GRANT SELECT ON `mysql`.`user` TO "
                  + server.account()
                  + "; GRANT SELECT ON `mysql`.`global_grants` TO "
                  + server.account()));
    } else if (!server.unbound().get().isEmpty()) {
      findings.add(
          Finding.warn(
              id(),
              server.label(),
              "read_only does not bind " + String.join(", ", server.unbound().get()),
              "let no application use these accounts, or take SUPER and CONNECTION_ADMIN from them"));
    } else {
      findings.add(Finding.ok(id(), server.label(), "read_only binds every other account"));
    }
  }
}
