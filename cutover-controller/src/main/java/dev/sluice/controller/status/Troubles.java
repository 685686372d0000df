package dev.sluice.controller.status;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds the error that keeps a running workflow from going on although its state is no error. */
final class Troubles {

  /** What is over within this time, as a server's restart is, is nothing to alarm anybody with. */
  static final Duration LASTING = Duration.ofSeconds(5);

  private Troubles() {}

  /** The error that has been tried again in vain for the longest time, if for long enough. */
  static Optional<UnitError> lasting(
      WorkflowRecord record,
      List<Entry<StreamStatus>> streams,
      List<Entry<ApplierStatus>> appliers,
      Instant now) {
    if (!record.unitsRun()) {
      return Optional.empty();
    }
    UnitError found = null;
    Instant since = now.minus(LASTING);
    for (Entry<StreamStatus> entry : streams) {
      Instant tried = entry.status().retryingSince();
      if (entry.status().error() != null && tried != null && tried.isBefore(since)) {
        found = entry.status().error();
        since = tried;
      }
    }
    for (Entry<ApplierStatus> entry : appliers) {
      Instant tried = entry.status().retryingSince();
      if (entry.status().error() != null && tried != null && tried.isBefore(since)) {
        found = entry.status().error();
        since = tried;
      }
    }
    return Optional.ofNullable(found);
  }
}
