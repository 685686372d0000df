package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.schema.ColumnProblem;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.table.ColumnSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Each table has a key that finds one row exactly and can be read in order. */
public final class UsableKeyCheck implements PreflightCheck {

  @Override
  public String id() {
    return "usable_key";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    context.forEachSourceTable(
        (table, object) -> {
          if (table.baseTable()) {
            findings.add(finding(table, object));
          }
        });
    return findings;
  }

  private Finding finding(TableDescription table, String object) {
    Optional<KeyDescription> identity = table.identity();
    if (identity.isEmpty()) {
      ColumnProblem problem =
          table.problems().stream()
              .filter(p -> p.column().equals(ColumnProblem.KEY))
              .findFirst()
              .orElseThrow();
      return Finding.refuse(id(), object, problem.reason(), problem.remedy());
    }
    List<String> members =
        identity.get().columns().stream()
            .filter(
                name ->
                    table
                        .column(name)
                        .flatMap(c -> c.toSchema())
                        .filter(ColumnSchema::isEnumOrSet)
                        .isPresent())
            .toList();
    if (!members.isEmpty()) {
      return Finding.warn(
          id(),
          object,
          "key "
              + identity.get().name()
              + " has ENUM or SET columns "
              + members
              + ": the table is read in one piece that cannot be resumed",
          "nothing, if the table is small; else give it another key");
    }
    return Finding.ok(
        id(), object, "key " + identity.get().name() + " over " + identity.get().columns());
  }
}
