package dev.sluice.controller.port;

import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingTable;
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

  /**
   * Writes a record and changes routing rules in one Kafka transaction; answers the record as read
   * back.
   *
   * @throws dev.sluice.schemas.error.SluiceException as {@link #write(WorkflowRecord)}
   */
  WorkflowRecord write(WorkflowRecord record, RoutingChange change) throws InterruptedException;

  /** The routing rules as they stand. */
  RoutingTable routing();

  /**
   * Removes routing rules; those that are not there are left out.
   *
   * @param keys of rules
   * @return what is left, as read back
   * @throws dev.sluice.schemas.error.SluiceException as {@link #write(WorkflowRecord)}
   */
  RoutingTable removeRules(Collection<String> keys) throws InterruptedException;

  /**
   * False once a write has failed: whether it was done is not known, so nobody may act on what
   * these records say any more. The next controller reads what became of it.
   */
  boolean usable();
}
