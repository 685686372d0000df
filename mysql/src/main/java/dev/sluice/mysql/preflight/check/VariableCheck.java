package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.preflight.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A server variable must have one of some values.
 *
 * @param id the variable's name
 * @param accepted upper case; an empty text stands for an empty value
 * @param absentIsFine servers without the variable behave as wanted
 * @param onSource severity of another value on a source; OK leaves that side out
 * @param onReplica severity of another value on a replica that is read; OK leaves that side out
 * @param onTarget severity of another value on a target; OK leaves that side out
 */
record VariableCheck(
    String id,
    Set<String> accepted,
    boolean absentIsFine,
    Severity onSource,
    Severity onReplica,
    Severity onTarget,
    String remedy)
    implements PreflightCheck {

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (Side side : Side.values()) {
      Severity severity =
          switch (side) {
            case SOURCE -> onSource;
            case REPLICA -> onReplica;
            case TARGET -> onTarget;
          };
      if (severity != Severity.OK) {
        context.servers(side).forEach(server -> findings.add(finding(server, severity)));
      }
    }
    return findings;
  }

  private Finding finding(ServerFacts server, Severity severity) {
    String value = server.variables().get(id).orElse(null);
    boolean fine = value == null ? absentIsFine : accepted.contains(value.toUpperCase(Locale.ROOT));
    String message =
        value == null
            ? id + " does not exist here"
            : id + " is " + (value.isEmpty() ? "empty" : value);
    return new Finding(
        id, fine ? Severity.OK : severity, server.label(), message, fine ? "" : remedy);
  }
}
