package dev.sluice.controller;

import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routing rules of workflows. Stateless. */
public final class Routing {

  private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

  private Routing() {}

  /**
   * Every query of the workflow's tables goes to the keyspace.
   *
   * @param owner name of the workflow, or null when it has ended
   */
  public static RoutingChange all(WorkflowRecord record, String toKeyspace, String owner) {
    return open(record, EnumSet.allOf(TabletType.class), toKeyspace, owner);
  }

  /** Queries of these tablet types go to the keyspace. */
  public static RoutingChange open(
      WorkflowRecord record, Set<TabletType> types, String toKeyspace, String owner) {
    return RoutingChange.open(tables(record), keyspaces(record), types, toKeyspace, owner);
  }

  /**
   * Queries of these tablet types wait.
   *
   * @param keyspace where they go when nothing changes until then
   */
  public static RoutingChange hold(
      WorkflowRecord record, Set<TabletType> types, String keyspace, Instant until) {
    return RoutingChange.hold(
        tables(record), keyspaces(record), types, keyspace, until, record.name());
  }

  private static List<String> tables(WorkflowRecord record) {
    return record.plan().tables().stream().map(TablePlan::name).toList();
  }

  private static List<String> keyspaces(WorkflowRecord record) {
    return List.of(record.spec().source(), record.spec().target());
  }

  static RoutingTable remove(WorkflowRecords records, String table, String by, String reason)
      throws InterruptedException {
    boolean qualified = table.indexOf('.') >= 0;
    List<RoutingRule> rules =
        records.routing().rules().stream()
            .filter(
                rule ->
                    rule.fromTable().equals(table)
                        || !qualified && rule.fromTable().endsWith("." + table))
            .toList();
    for (RoutingRule rule : rules) {
      if (rule.workflow() != null) {
        throw new SluiceException(
            ErrorCode.ILLEGAL_STATE,
            "the routing rule " + rule.key() + " belongs to workflow " + rule.workflow(),
            "end the workflow first: sluice complete or sluice cancel " + rule.workflow());
      }
    }
    if (rules.isEmpty()) {
      return records.routing();
    }
    LOG.atInfo()
        .addKeyValue("table", table)
        .addKeyValue("by", by)
        .addKeyValue("reason", reason)
        .log("routing rules removed");
    return records.removeRules(rules.stream().map(RoutingRule::key).toList());
  }
}
