package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * In a sharded keyspace, a unique key without the vindex column is unique within each shard only:
 * on the target from now on, on the source until now, whose shards may hold values that cannot meet
 * on one shard of the target.
 */
public final class UniqueKeyCheck implements PreflightCheck {

  @Override
  public String id() {
    return "unique_keys";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    if (context.targetSharded()) {
      context.forEachSourceTable((table, object) -> check(context, table, object, findings));
    }
    if (context.request().source().sharded()) {
      context.forEachSourceTable((table, object) -> checkSource(context, table, object, findings));
    }
    return findings;
  }

  private void checkSource(
      PreflightContext context, TableDescription table, String object, List<Finding> findings) {
    VindexSpec vindex = context.request().source().vindexes().get(table.name());
    List<String> keys = vindex == null ? List.of() : without(vindex, table);
    if (!keys.isEmpty()) {
      findings.add(
          Finding.warn(
              id(),
              object,
              "unique keys without "
                  + vindex.column()
                  + " may hold the same value on several source shards, and such rows cannot both be moved: "
                  + keys,
              "make sure that all shards take these values from one sequence; the move stops with TARGET_REFUSED_ROW"
                  + " at a pair that stays"));
    }
  }

  private static List<String> without(VindexSpec vindex, TableDescription table) {
    return table.keys().stream()
        .filter(KeyDescription::unique)
        .filter(key -> !key.columns().contains(vindex.column()))
        .map(KeyDescription::name)
        .toList();
  }

  private void check(
      PreflightContext context, TableDescription table, String object, List<Finding> findings) {
    VindexSpec vindex = context.vindexes().get(table.name());
    if (vindex == null) {
      return;
    }
    List<String> keys = without(vindex, table);
    if (keys.isEmpty()) {
      findings.add(Finding.ok(id(), object, "every unique key contains " + vindex.column()));
      return;
    }
    findings.add(
        Finding.warn(
            id(),
            object,
            "unique keys without "
                + vindex.column()
                + " hold within a shard only, not over all: "
                + keys,
            "let ids come from a sequence, or add " + vindex.column() + " to these keys"));
  }
}
