package dev.sluice.controller;

import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/** Metrics of workflows, as the active controller sees them. Thread-safe. */
final class ControllerMetrics {

  private final MeterRegistry meters;
  private final MultiGauge states;

  ControllerMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.states =
        MultiGauge.builder("sluice_workflow_state")
            .description("1 for the state a workflow is in, 0 for the others")
            .register(meters);
  }

  void transition(WorkflowRecord before, WorkflowRecord after) {
    transitions(after.name(), before.state(), after.state()).increment();
  }

  private Counter transitions(String workflow, WorkflowState from, WorkflowState to) {
    return meters.counter(
        "sluice_workflow_transitions",
        Tags.of("workflow", workflow, "from", from.word(), "to", to.word()));
  }

  void writesBlocked(String workflow, Direction direction, double seconds) {
    writeBlock(workflow, direction).record(seconds);
  }

  private DistributionSummary writeBlock(String workflow, Direction direction) {
    return DistributionSummary.builder("sluice_switch_write_block_seconds")
        .description("from the first denial to the last opening of a change of traffic")
        .tags("workflow", workflow, "direction", direction.word())
        .serviceLevelObjectives(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
        .register(meters);
  }

  void refresh(WorkflowRecords records) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (WorkflowRecord record : records.all()) {
      if (!record.state().ended()) {
        showFromTheStart(record);
      }
      for (WorkflowState state : WorkflowState.values()) {
        rows.add(
            MultiGauge.Row.of(
                Tags.of("workflow", record.name(), "state", state.word()),
                record.state() == state ? 1 : 0));
      }
    }
    states.register(rows, true);
  }

  /** A counter that appears with its first event cannot be told from one that is missing. */
  private void showFromTheStart(WorkflowRecord record) {
    for (Direction direction : Direction.values()) {
      writeBlock(record.name(), direction);
    }
    for (WorkflowRecord.Transition passed : record.history()) {
      if (passed.from() != null) {
        transitions(record.name(), passed.from(), passed.to());
      }
    }
  }

  /** Removes the states: another controller shows them now. */
  void clear() {
    states.register(List.of(), true);
  }
}
