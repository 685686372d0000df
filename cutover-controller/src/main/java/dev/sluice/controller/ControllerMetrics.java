package dev.sluice.controller;

import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
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
    meters
        .counter(
            "sluice_workflow_transitions",
            Tags.of(
                "workflow",
                after.name(),
                "from",
                before.state().word(),
                "to",
                after.state().word()))
        .increment();
  }

  void writesBlocked(String workflow, double seconds) {
    DistributionSummary.builder("sluice_switch_write_block_seconds")
        .description("from the first denial to the last opening of a change of traffic")
        .tags("workflow", workflow)
        .serviceLevelObjectives(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
        .register(meters)
        .record(seconds);
  }

  void refresh(WorkflowRecords records) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (WorkflowRecord record : records.all()) {
      for (WorkflowState state : WorkflowState.values()) {
        rows.add(
            MultiGauge.Row.of(
                Tags.of("workflow", record.name(), "state", state.word()),
                record.state() == state ? 1 : 0));
      }
    }
    states.register(rows, true);
  }

  /** Removes the states: another controller shows them now. */
  void clear() {
    states.register(List.of(), true);
  }
}
