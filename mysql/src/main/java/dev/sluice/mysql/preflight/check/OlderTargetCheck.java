package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The definitions hold nothing that a target's version does not know. */
public final class OlderTargetCheck implements PreflightCheck {

  /** Types whose default may be the present time in every version. */
  private static final Set<String> TIMES = Set.of("timestamp", "datetime");

  @Override
  public String id() {
    return "older_target";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts target : context.targets()) {
      ServerVersion version = target.variables().version();
      if (version.atLeast(9, 0, 0)) {
        continue;
      }
      int before = findings.size();
      context.forEachSourceTable((table, object) -> check(table, object, version, findings));
      if (findings.size() == before) {
        findings.add(
            Finding.ok(
                id(), target.label(), "version " + version + " knows all that the tables use"));
      }
    }
    return findings;
  }

  private void check(
      TableDescription table, String object, ServerVersion version, List<Finding> findings) {
    boolean expressions = version.atLeast(8, 0, 13);
    for (ColumnDescription column : table.columns()) {
      String place = object + "." + column.name();
      if (column.dataType().equals("vector")) {
        findings.add(refuse(place, "VECTOR exists from 9.0 on", version));
      }
      if (!expressions && defaultIsExpression(column)) {
        findings.add(
            refuse(place, "a default that is an expression exists from 8.0.13 on", version));
      }
      if (column.invisible() && !version.atLeast(8, 0, 23)) {
        findings.add(
            Finding.warn(
                id(),
                place,
                "the column is invisible, and will be visible on the target, version " + version,
                "let no application use SELECT * or INSERT without a list of columns there"));
      }
    }
    for (KeyDescription key : table.keys()) {
      if (!expressions && key.columns().size() < key.parts().size()) {
        findings.add(
            refuse(
                object + "." + key.name(),
                "an index over an expression exists from 8.0.13 on",
                version));
      }
    }
  }

  private static boolean defaultIsExpression(ColumnDescription column) {
    return column.extra().contains("DEFAULT_GENERATED") && !TIMES.contains(column.dataType());
  }

  private Finding refuse(String object, String what, ServerVersion version) {
    return Finding.refuse(
        id(),
        object,
        what + ", and the target is version " + version,
        "use a newer target, or do without it on the source");
  }
}
