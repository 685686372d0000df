package dev.sluice.controller;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.controller.workflow.Command;
import dev.sluice.controller.workflow.Outcome;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.Collection;
import java.util.List;

/** What the active controller offers to REST. Thread-safe. */
public interface ControllerApi {

  /** Every finding about a spec; nothing is written. */
  List<Finding> preflight(JsonNode spec);

  /**
   * Creates a workflow.
   *
   * @throws dev.sluice.controller.preflight.RefusedException with all findings
   * @throws dev.sluice.schemas.error.SluiceException ALREADY_EXISTS
   */
  Created create(JsonNode spec, String by, String reason) throws InterruptedException;

  /** Every workflow's record, ended ones too, in order of name. */
  Collection<WorkflowRecord> list();

  /** A record; throws {@code SluiceException} NOT_FOUND. */
  WorkflowRecord show(String name);

  /** A status; throws {@code SluiceException} NOT_FOUND. */
  WorkflowStatus status(String name);

  /** The routing rules. */
  RoutingTable routing();

  /**
   * Removes the rules of a table, for every tablet type; without a keyspace in its name those of
   * its qualified names, too. Nothing happens when there are none.
   *
   * @param table {@code customer} or {@code commerce.customer}
   * @return the rules that are left
   * @throws dev.sluice.schemas.error.SluiceException ILLEGAL_STATE while an open workflow owns one
   *     of them
   */
  RoutingTable removeRules(String table, String by, String reason) throws InterruptedException;

  /** Carries a command out; throws {@code SluiceException} NOT_FOUND, ILLEGAL_STATE. */
  Outcome command(String name, Command command) throws InterruptedException;
}
