package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;
import java.util.Set;

/**
 * With binary logging on, triggers can be created only by SUPER or where the server trusts their
 * creators.
 */
public final class FenceGrantsCheck implements PreflightCheck {

  @Override
  public String id() {
    return "fence_grants";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.servers().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    boolean trusted = server.variables().isOn("log_bin_trust_function_creators");
    boolean allowed = server.grants().missingGlobally(Set.of("SUPER")).isEmpty();
    return trusted || allowed
        ? Finding.ok(id(), server.label(), "the triggers of the fence can be created")
        : Finding.warn(
            id(),
            server.label(),
            "the account cannot create the triggers that switching traffic will need (error 1419)",
            "SET GLOBAL log_bin_trust_function_creators = ON");
  }
}
