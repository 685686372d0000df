package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.GrantReport;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.RequiredGrants.Purpose;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * Privileges: those needed to move rows are refused when missing, the others are warned of. The
 * remedy is the exact statements for what is missing, the message of a server where nothing is
 * missing all statements.
 */
public final class GrantCheck implements PreflightCheck {

  @Override
  public String id() {
    return "grants";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    context.servers().forEach(server -> check(context, server, findings));
    context.replicas().forEach(server -> check(context, server, findings));
    return findings;
  }

  private void check(PreflightContext context, ServerFacts server, List<Finding> findings) {
    GrantReport report = GrantReport.of(server, context.tables());
    boolean complete = true;
    for (Purpose purpose : Purpose.values()) {
      List<String> missing = report.missing(purpose);
      if (missing.isEmpty()) {
        continue;
      }
      complete = false;
      String message =
          "privileges are missing that " + purpose.text() + ": " + String.join(", ", missing);
      String remedy = String.join("; ", report.statements(purpose));
      findings.add(
          purpose == Purpose.MOVE
              ? Finding.refuse(id(), server.label(), message, remedy)
              : Finding.warn(id(), server.label(), message, remedy));
    }
    if (complete) {
      findings.add(
          Finding.ok(
              id(),
              server.label(),
              server.account()
                  + " has every privilege needed: "
                  + String.join("; ", report.allStatements())));
    }
  }
}
