package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Says which columns the target computes by itself, and which are invisible but carried. */
public final class GeneratedColumnCheck implements PreflightCheck {

  @Override
  public String id() {
    return "generated_columns";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    context.forEachSourceTable(
        (table, object) -> {
          note(
              table,
              object,
              ColumnDescription::generated,
              "generated, the target computes them: ",
              findings);
          note(
              table,
              object,
              ColumnDescription::invisible,
              "invisible, carried like the others: ",
              findings);
        });
    return findings;
  }

  private void note(
      TableDescription table,
      String object,
      Predicate<ColumnDescription> which,
      String text,
      List<Finding> findings) {
    List<String> names =
        table.columns().stream().filter(which).map(ColumnDescription::name).toList();
    if (!names.isEmpty()) {
      findings.add(Finding.ok(id(), object, text + String.join(", ", names)));
    }
  }
}
