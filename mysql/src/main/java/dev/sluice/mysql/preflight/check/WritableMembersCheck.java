package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;

/** A replication group with several primaries takes writes elsewhere too, where no fence is. */
public final class WritableMembersCheck implements PreflightCheck {

  @Override
  public String id() {
    return "writable_members";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.servers().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    return server.writablePrimaries() > 1
        ? Finding.refuse(
            id(),
            server.label(),
            server.writablePrimaries() + " members of the replication group take writes",
            "SELECT group_replication_switch_to_single_primary_mode()")
        : Finding.ok(id(), server.label(), "one server takes writes");
  }
}
