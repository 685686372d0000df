package dev.sluice.controller;

import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingTable;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routing rules that workflows have left. Stateless. */
final class Routing {

  private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

  private Routing() {}

  /**
   * Removes the rules of a table that no open workflow owns.
   *
   * @param table with or without a keyspace; without, its qualified names go, too
   * @throws SluiceException ILLEGAL_STATE when a workflow owns one
   */
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
