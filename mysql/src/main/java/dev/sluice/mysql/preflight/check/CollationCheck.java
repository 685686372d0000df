package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.Collations;
import dev.sluice.mysql.schema.ColumnDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Target tables keep the source's collations, so that distinct keys stay distinct; the target must
 * know them.
 */
public final class CollationCheck implements PreflightCheck {

  @Override
  public String id() {
    return "collations";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    Set<String> used = new TreeSet<>();
    context.forEachSourceTable(
        (table, object) -> {
          if (table.collation() != null) {
            used.add(Collations.canonical(table.collation()));
          }
          table.columns().stream()
              .map(ColumnDescription::collation)
              .filter(Objects::nonNull)
              .map(Collations::canonical)
              .forEach(used::add);
        });
    List<Finding> findings = new ArrayList<>();
    context.targets().forEach(target -> findings.add(finding(target, used)));
    return findings;
  }

  private Finding finding(ServerFacts target, Set<String> used) {
    Set<String> unknown = new TreeSet<>(used);
    unknown.removeAll(target.collations());
    return unknown.isEmpty()
        ? Finding.ok(id(), target.label(), "the target has the source's collations")
        : Finding.refuse(
            id(),
            target.label(),
            "the target does not know the collations " + unknown,
            "use a newer target, or convert the source's columns");
  }
}
