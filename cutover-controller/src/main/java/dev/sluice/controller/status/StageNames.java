package dev.sluice.controller.status;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.workflow.TrafficChange;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.List;

/** Says in few words what a workflow does or waits for. Stateless. */
final class StageNames {

  private StageNames() {}

  static String of(
      WorkflowRecord record,
      List<Entry<StreamStatus>> streams,
      List<Entry<ApplierStatus>> appliers) {
    return switch (record.state()) {
      case CREATED -> record.generation() > 0 ? "preparing" : "waiting for start";
      case COPYING -> copying(record, streams, appliers);
      case RUNNING, SWITCHED -> serving(record);
      case SWITCHING, REVERSING -> "changing sides: " + record.cutover().change().step();
      case COMPLETING -> "completing";
      case STOPPED -> "waiting for start";
      case ERROR -> "waiting for the error to be cured";
      case CANCELLING -> "cancelling";
      default -> record.state().word();
    };
  }

  private static String serving(WorkflowRecord record) {
    TrafficChange change = record.cutover().change();
    if (change != null) {
      return "changing sides: " + change.step();
    }
    return record.cutover().writesOnTarget()
        ? "the target serves, the source follows"
        : "following the source";
  }

  private static String copying(
      WorkflowRecord record,
      List<Entry<StreamStatus>> streams,
      List<Entry<ApplierStatus>> appliers) {
    if (streams.size() < record.plan().sourceShards().size()) {
      return "waiting for a capture process";
    }
    if (appliers.size() < record.plan().targetShards().size()) {
      return "waiting for an apply process";
    }
    if (!streams.stream().allMatch(stream -> stream.status().copyComplete())) {
      return "copying rows";
    }
    boolean indexing =
        appliers.stream()
            .anyMatch(a -> a.status().indexing() != null && !a.status().indexing().isEmpty());
    if (indexing) {
      return "building indexes";
    }
    boolean parked = appliers.stream().anyMatch(a -> a.status().parkedRows() > 0);
    return parked ? "waiting for parked rows" : "catching up";
  }
}
