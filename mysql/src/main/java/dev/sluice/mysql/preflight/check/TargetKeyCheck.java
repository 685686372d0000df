package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;

/**
 * A table without a primary key, which a unique key makes movable, can be made as it is on the
 * target: some servers refuse such tables, or add a key of their own.
 */
public final class TargetKeyCheck implements PreflightCheck {

  @Override
  public String id() {
    return "target_keys";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts target : context.targets()) {
      context.forEachSourceTable(
          (table, object) -> {
            if (table.baseTable()
                && table.keys().stream().noneMatch(KeyDescription::primary)
                && !target.tables().containsKey(table.name())) {
              findings.add(check(table, target));
            }
          });
    }
    return findings;
  }

  private Finding check(TableDescription table, ServerFacts target) {
    String object = target.label() + " " + table.name();
    for (String variable :
        List.of("sql_require_primary_key", "sql_generate_invisible_primary_key")) {
      if (target.variables().isOn(variable)) {
        return Finding.refuse(
            id(),
            object,
            "the table has no primary key, and " + variable + " is ON on the target",
            "SET GLOBAL "
                + variable
                + " = OFF there for the move, or create the table there yourself as it is on the source");
      }
    }
    return Finding.ok(id(), object, "no primary key, as on the source");
  }
}
