package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ServerVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * MySQL 5.7 or newer, and no target older than a source: its definitions might not be understood
 * there.
 */
public final class ServerVersionCheck implements PreflightCheck {

  @Override
  public String id() {
    return "server_version";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    List<ServerFacts> servers = new ArrayList<>(context.servers());
    servers.addAll(context.replicas());
    for (ServerFacts server : servers) {
      ServerVersion version = server.variables().version();
      if (version.mariaDb()) {
        findings.add(
            Finding.refuse(
                id(),
                server.label(),
                "MariaDB " + version + " numbers its transactions in another way",
                "use MySQL"));
      } else if (!version.atLeast(5, 7, 0)) {
        findings.add(
            Finding.refuse(
                id(),
                server.label(),
                "version " + version + " is too old",
                "use MySQL 5.7 or newer"));
      } else {
        findings.add(Finding.ok(id(), server.label(), "version " + version));
      }
    }
    for (ServerFacts target : context.targets()) {
      for (ServerFacts source : context.sources()) {
        olderTarget(source, target, findings);
      }
    }
    return findings;
  }

  private void olderTarget(ServerFacts source, ServerFacts target, List<Finding> findings) {
    ServerVersion sourceVersion = source.variables().version();
    ServerVersion targetVersion = target.variables().version();
    if (!targetVersion.atLeast(sourceVersion.major(), sourceVersion.minor(), 0)) {
      findings.add(
          Finding.refuse(
              id(),
              target.label(),
              "version "
                  + targetVersion
                  + " is older than "
                  + sourceVersion
                  + " of "
                  + source.label(),
              "use a target of the same release or a newer one"));
    }
  }
}
