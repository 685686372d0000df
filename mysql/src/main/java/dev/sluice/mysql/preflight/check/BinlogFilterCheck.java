package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.BinlogFilters;
import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Changes of the moved schemas, and Sluice's own marks, must be in every binary log that is read:
 * the sources', and the targets' on the way back. What a filter leaves out is missed by nobody.
 */
public final class BinlogFilterCheck implements PreflightCheck {

  @Override
  public String id() {
    return "binlog_filters";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts server :
        Stream.concat(context.servers().stream(), context.replicas().stream()).toList()) {
      // without a binary log, or the right to ask for it, other checks refuse
      server.binlogFilters().ifPresent(filters -> findings.add(finding(server, filters)));
    }
    return findings;
  }

  private Finding finding(ServerFacts server, BinlogFilters filters) {
    List<String> missing =
        Stream.of(server.schema(), server.sidecar()).filter(name -> !filters.logs(name)).toList();
    if (missing.isEmpty()) {
      return Finding.ok(id(), server.label(), "the schemas of the move are logged");
    }
    return Finding.refuse(
        id(),
        server.label(),
        "changes of "
            + String.join(" and ", missing)
            + " are not written to its binary log (binlog-do-db: "
            + filters.only()
            + ", binlog-ignore-db: "
            + filters.ignored()
            + ")",
        "start the server without these options, or with ones that log "
            + server.schema()
            + " and "
            + server.sidecar());
  }
}
