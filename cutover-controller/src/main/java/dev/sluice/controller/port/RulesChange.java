package dev.sluice.controller.port;

import dev.sluice.schemas.workflow.TabletTypes;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the routing rules of all of a workflow's tables say from now on. Immutable.
 *
 * @param keyspaces which keyspace serves, by tablet type; rules of other types stay as they are
 * @param holdUntil routers hold what is new until the next change, or until then; null: open
 * @param owned the rules belong to the workflow; else to nobody any more
 */
public record RulesChange(Map<String, String> keyspaces, Instant holdUntil, boolean owned) {

  public RulesChange {
    keyspaces = Map.copyOf(keyspaces);
  }

  /** Every type open on the side where the record has it. */
  public static RulesChange open(WorkflowRecord record) {
    return new RulesChange(sides(record, TabletTypes.ALL), null, true);
  }

  /** The same, belonging to nobody: the workflow ends. */
  public static RulesChange left(WorkflowRecord record) {
    return new RulesChange(sides(record, TabletTypes.ALL), null, false);
  }

  /** These types on the side where the record has them, held. */
  public static RulesChange hold(WorkflowRecord record, List<String> types, Instant until) {
    return new RulesChange(sides(record, types), until, true);
  }

  private static Map<String, String> sides(WorkflowRecord record, List<String> types) {
    Map<String, String> sides = new LinkedHashMap<>();
    for (String type : types) {
      boolean there = record.cutover().onTarget().contains(type);
      sides.put(type, there ? record.spec().target() : record.spec().source());
    }
    return sides;
  }
}
