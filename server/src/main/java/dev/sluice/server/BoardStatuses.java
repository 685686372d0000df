package dev.sluice.server;

import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.schemas.status.StatusPublisher;
import dev.sluice.schemas.status.StreamStatus;
import java.util.List;

/** Statuses as {@code sluice.status} has them. */
record BoardStatuses(StatusBoard board, StatusPublisher publisher) implements UnitStatuses {

  @Override
  public List<StatusBoard.Entry<StreamStatus>> streams(String workflowUuid) {
    return board.streams(workflowUuid);
  }

  @Override
  public List<StatusBoard.Entry<ApplierStatus>> appliers(String workflowUuid) {
    return board.appliers(workflowUuid);
  }

  @Override
  public void remove(String key) {
    publisher.remove(key);
  }
}
