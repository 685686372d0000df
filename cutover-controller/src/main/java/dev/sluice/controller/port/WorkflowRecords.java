package dev.sluice.controller.port;

import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.Collection;
import java.util.Optional;

/** The workflows' records, read and written. Thread-safe. */
public interface WorkflowRecords {

  Collection<WorkflowRecord> all();

  Optional<WorkflowRecord> find(String name);

  /**
   * Writes a record and answers what was read back.
   *
   * @throws dev.sluice.schemas.error.SluiceException FENCED, KAFKA_UNAVAILABLE
   */
  WorkflowRecord write(WorkflowRecord record) throws InterruptedException;

  /** The same, and the rules of the workflow's tables with it, in one transaction. */
  WorkflowRecord write(WorkflowRecord record, RoutingChange rules) throws InterruptedException;

  /** Epoch of the newest change of the routing rules. */
  long rulesEpoch();
}
