package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;

/** What Debezium's own initial snapshot cannot do that the chunked copy can. */
public final class CopyModeCheck implements PreflightCheck {

  @Override
  public String id() {
    return "copy_mode";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    if (!context.request().engineSnapshot()) {
      return findings;
    }
    context.forEachSourceTable((table, object) -> floats(table, object, findings));
    findings.add(
        Finding.warn(
            id(),
            "options.copy",
            "Debezium's snapshot reads every row in one go: an interrupted one begins again from zero",
            "use copy: chunked for tables that take longer to read than the server stays up"));
    return findings;
  }

  /** Read as text, a FLOAT has six digits. */
  private void floats(TableDescription table, String object, List<Finding> findings) {
    for (ColumnDescription column : table.columns()) {
      if (column.dataType().equals("float") && !column.generated()) {
        findings.add(
            Finding.refuse(
                id(),
                object + "." + column.name(),
                "Debezium's snapshot reads a FLOAT with six digits",
                "use copy: chunked, or make the column DOUBLE"));
      }
    }
  }
}
