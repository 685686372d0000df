package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.ColumnProblem;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every column's type and character set can be carried without loss (I2). */
public final class ColumnTypeCheck implements PreflightCheck {

  @Override
  public String id() {
    return "column_types";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    context.forEachSourceTable((table, object) -> check(table, object, findings));
    return findings;
  }

  private void check(TableDescription table, String object, List<Finding> findings) {
    List<ColumnProblem> problems =
        table.columns().stream().map(ColumnDescription::problem).flatMap(Optional::stream).toList();
    for (ColumnProblem problem : problems) {
      findings.add(
          Finding.refuse(
              id(), object + "." + problem.column(), problem.reason(), problem.remedy()));
    }
    if (problems.isEmpty()) {
      findings.add(
          Finding.ok(id(), object, table.columns().size() + " columns, all carried without loss"));
    }
  }
}
