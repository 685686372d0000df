package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.Cutover;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnitsTest {

  private static WorkflowRecord record(WorkflowState state, boolean onTarget) {
    WorkflowSpec spec =
        new WorkflowSpec("m", "a", "b", List.of("t"), false, List.of(), Map.of(), null);
    MovePlan plan = new MovePlan(List.of("-"), List.of("-"), List.of());
    return new WorkflowRecord(
            "u", spec, state, WorkflowState.RUNNING, Instant.EPOCH, List.of(), 1, plan, null)
        .cut(onTarget ? Cutover.NONE.moved(true, List.of(TabletType.PRIMARY)) : Cutover.NONE);
  }

  private static boolean runs(WorkflowRecord record, boolean forward) {
    return Units.runsNoDdl(record, forward).isEmpty();
  }

  /** Where the traffic is counts, whatever else becomes of the workflow. */
  @Test
  void statementsAreRunOnlyFromTheSideThatHasTheTraffic() {
    for (WorkflowState state : List.of(WorkflowState.RUNNING, WorkflowState.ERROR)) {
      assertThat(runs(record(state, false), true)).isTrue();
      assertThat(runs(record(state, false), false)).isFalse();
    }
    for (WorkflowState state :
        List.of(WorkflowState.SWITCHED, WorkflowState.ERROR, WorkflowState.REVERSING)) {
      assertThat(runs(record(state, true), true)).isFalse();
      assertThat(runs(record(state, true), false)).isTrue();
    }
  }
}
