package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TargetSchemaCheck;
import dev.sluice.mysql.schema.TargetSchemaCheck.Difference;
import java.util.ArrayList;
import java.util.List;

/** A table has the same definition on every source shard. */
public final class SourceShardsAlikeCheck implements PreflightCheck {

  @Override
  public String id() {
    return "source_shards_alike";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 1; i < context.sources().size(); i++) {
      ServerFacts shard = context.sources().get(i);
      context.forEachSourceTable((table, object) -> compare(table, shard, findings));
    }
    return findings;
  }

  private void compare(TableDescription first, ServerFacts shard, List<Finding> findings) {
    TableDescription other = shard.tables().get(first.name());
    if (other == null) {
      return;
    }
    String object = shard.label() + " " + first.name();
    List<Difference> differences = TargetSchemaCheck.compare(first, other);
    for (Difference difference : differences) {
      findings.add(
          Finding.refuse(
              id(),
              object,
              difference.object()
                  + ": here (called target) and on the first shard (called source): "
                  + difference.message(),
              "give the table one definition on all shards"));
    }
    if (differences.isEmpty()) {
      findings.add(Finding.ok(id(), object, "as on the first shard"));
    }
  }
}
