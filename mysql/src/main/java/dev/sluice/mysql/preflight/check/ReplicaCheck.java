package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;
import java.util.function.Function;

/**
 * One question about the replicas that a move reads from. Where it reads from primaries there are
 * none, and no findings.
 *
 * @param id the check's id
 * @param finding what is said of one replica
 */
record ReplicaCheck(String id, Function<ServerFacts, Finding> finding) implements PreflightCheck {

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.replicas().stream().map(finding).toList();
  }
}
