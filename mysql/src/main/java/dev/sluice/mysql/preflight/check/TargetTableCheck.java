package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TargetSchemaCheck;
import dev.sluice.mysql.schema.TargetSchemaCheck.Difference;
import java.util.ArrayList;
import java.util.List;

/** A table of the move is absent on the target, or empty and of the same definition. */
public final class TargetTableCheck implements PreflightCheck {

  @Override
  public String id() {
    return "target_tables";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts target : context.targets()) {
      context.forEachSourceTable((table, object) -> check(table, target, findings));
    }
    return findings;
  }

  private void check(TableDescription source, ServerFacts target, List<Finding> findings) {
    String object = target.label() + " " + source.name();
    TableDescription present = target.tables().get(source.name());
    if (present == null) {
      findings.add(Finding.ok(id(), object, "absent, will be created"));
      return;
    }
    if (!present.baseTable()) {
      findings.add(
          Finding.refuse(
              id(), object, "a " + present.type() + " has this name", "drop it or rename it"));
      return;
    }
    if (target.nonEmpty().contains(source.name())) {
      findings.add(
          Finding.refuse(
              id(),
              object,
              "the table holds rows",
              "empty it or drop it, once you are sure that nobody needs them"));
    }
    List<Difference> differences = TargetSchemaCheck.compare(source, present);
    differences.forEach(difference -> findings.add(finding(object, difference)));
    if (differences.isEmpty() && !target.nonEmpty().contains(source.name())) {
      findings.add(Finding.ok(id(), object, "there, empty and of the same definition"));
    }
  }

  private Finding finding(String object, Difference difference) {
    String message = difference.object() + ": " + difference.message();
    return difference.blocking()
        ? Finding.refuse(
            id(), object, message, "make the definitions equal, or drop the target's table")
        : Finding.warn(id(), object, message, "add it to the target's table if it is wanted there");
  }
}
