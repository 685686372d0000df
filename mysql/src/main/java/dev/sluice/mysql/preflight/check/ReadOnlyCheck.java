package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.preflight.Side;
import java.util.ArrayList;
import java.util.List;

/** A primary takes writes, or only Sluice's own fence keeps it from that. */
final class ReadOnlyCheck implements PreflightCheck {

  @Override
  public String id() {
    return "read_only";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (Side side : List.of(Side.SOURCE, Side.TARGET)) {
      context.servers(side).forEach(server -> findings.add(finding(server)));
    }
    return findings;
  }

  private Finding finding(ServerFacts server) {
    if (!server.variables().isOn(id())) {
      return Finding.ok(id(), server.label(), "read_only is OFF");
    }
    if (server.fenced()) {
      return Finding.ok(id(), server.label(), "read_only is ON by a fence of Sluice's own");
    }
    return Finding.refuse(
        id(),
        server.label(),
        "read_only is ON",
        "name the primary as the endpoint, or SET GLOBAL read_only = OFF there: markers, heartbeats"
            + " and rows are written to it");
  }
}
