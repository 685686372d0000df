package dev.sluice.controller.port;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import java.util.List;

/** What streams and appliers say of themselves. Thread-safe. */
public interface UnitStatuses {

  List<Entry<StreamStatus>> streams(String workflowUuid);

  List<Entry<ApplierStatus>> appliers(String workflowUuid);

  /** Removes a status for good. */
  void remove(String key);
}
