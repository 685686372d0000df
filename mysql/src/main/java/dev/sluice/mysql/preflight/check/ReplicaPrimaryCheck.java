package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;

/** A primary that itself replicates takes writes that no fence on it can deny. */
public final class ReplicaPrimaryCheck implements PreflightCheck {

  @Override
  public String id() {
    return "primary_is_replica";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.servers().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    if (server.channels().isEmpty()) {
      return Finding.warn(
          id(),
          server.label(),
          "the account may not see whether the server replicates from another",
          "GRANT REPLICATION CLIENT ON *.* TO " + server.account());
    }
    return !server.channels().get().isEmpty()
        ? Finding.refuse(
            id(),
            server.label(),
            "the server named as primary replicates from another server",
            "name the real primary as the endpoint, or end the replication with RESET REPLICA ALL")
        : Finding.ok(id(), server.label(), "the server replicates from nobody");
  }
}
