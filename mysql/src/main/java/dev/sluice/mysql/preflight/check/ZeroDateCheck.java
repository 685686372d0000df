package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.sql.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Dates like 0000-00-00 or 2024-01-00 have no form outside MySQL. Copy and stream stop at one with
 * its table and key (I2); where the server accepts new ones, that may happen in mid-move.
 */
public final class ZeroDateCheck implements PreflightCheck {

  private static final Set<String> DATES = Set.of("date", "datetime", "timestamp");

  @Override
  public String id() {
    return "zero_dates";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts server : context.sources()) {
      String mode = server.variables().get("sql_mode").orElse("").toUpperCase(Locale.ROOT);
      boolean forbidden =
          mode.contains("NO_ZERO_DATE")
              && mode.contains("NO_ZERO_IN_DATE")
              && mode.contains("STRICT_");
      if (forbidden) {
        findings.add(Finding.ok(id(), server.label(), "sql_mode forbids zero dates"));
      } else {
        server.tables().values().forEach(table -> warn(server, table, findings));
      }
    }
    return findings;
  }

  private void warn(ServerFacts server, TableDescription table, List<Finding> findings) {
    for (ColumnDescription column : table.columns()) {
      if (DATES.contains(column.dataType()) && !column.generated()) {
        String name = Identifiers.quote(column.name());
        findings.add(
            Finding.warn(
                id(),
                server.label() + " " + table.name() + "." + column.name(),
                "sql_mode allows dates with zeros, which cannot be carried: the move stops at the first one",
                "add NO_ZERO_DATE, NO_ZERO_IN_DATE and STRICT_TRANS_TABLES to the global sql_mode and to that of every"
                    + " session, and repair what is there: SELECT COUNT(*) FROM "
                    + Identifiers.qualified(server.schema(), table.name())
                    + " WHERE MONTH("
                    + name
                    + ") = 0 OR DAY("
                    + name
                    + ") = 0"));
      }
    }
  }
}
