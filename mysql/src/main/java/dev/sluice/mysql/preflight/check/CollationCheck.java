package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.Collations;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Target tables keep the source's collations, so that distinct keys stay distinct: the target must
 * know them, and tables that are there already must use them in their keys.
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
    for (ServerFacts target : context.targets()) {
      findings.add(known(target, used));
      context.forEachSourceTable((table, object) -> keys(table, target, findings));
    }
    return findings;
  }

  private Finding known(ServerFacts target, Set<String> used) {
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

  private void keys(TableDescription source, ServerFacts target, List<Finding> findings) {
    TableDescription present = target.tables().get(source.name());
    if (present == null) {
      return;
    }
    Set<String> seen = new TreeSet<>();
    for (KeyDescription key : present.keys()) {
      for (String name : key.unique() ? key.columns() : List.<String>of()) {
        Optional<String> from = source.column(name).map(ColumnDescription::collation);
        Optional<String> to = present.column(name).map(ColumnDescription::collation);
        boolean same = Collations.same(from.orElse(null), to.orElse(null));
        if (!same && from.isPresent() && to.isPresent() && seen.add(name)) {
          findings.add(
              Finding.refuse(
                  id(),
                  target.label() + " " + source.name() + "." + name,
                  "unique key "
                      + key.name()
                      + " compares by "
                      + to.get()
                      + " and the source's by "
                      + from.get()
                      + ": keys that differ there can be equal here",
                  "give the target's column the collation "
                      + from.get()
                      + ", or drop the target's table"));
        }
      }
    }
  }
}
