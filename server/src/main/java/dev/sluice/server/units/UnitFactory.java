package dev.sluice.server.units;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.function.Consumer;

/** Makes the units of work of a role. Thread-safe. */
public interface UnitFactory {

  /**
   * Makes a unit that has not run yet.
   *
   * @throws dev.sluice.schemas.error.SluiceException when it cannot be made
   */
  WorkUnit create(
      UnitKey key,
      WorkflowRecord record,
      Consumer<StreamStatus> streamStatus,
      Consumer<ApplierStatus> applierStatus);
}
