package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.Records;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.WorkflowState;
import org.junit.jupiter.api.Test;

/** Changes of traffic that go well, and what ends a workflow after them. */
class TrafficTest extends TrafficCase {

  @Test
  void trafficGoesThereAndBack() throws InterruptedException {
    Outcome there = change(Event.SWITCH_TRAFFIC);

    assertThat(there.steps())
        .extracting(Outcome.Step::name)
        .containsExactly(
            "preconditions",
            "holdRules",
            "fenceSource",
            "drain",
            "sequences",
            "commit",
            "openTarget",
            "release");
    assertThat(there.steps()).extracting(Outcome.Step::outcome).containsOnly("done");
    assertThat(there.startState()).isEqualTo(WorkflowState.RUNNING);
    assertThat(there.currentState()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(there.writeBlockMillis()).isNotNull();
    assertTarget();
    assertThat(change(Event.SWITCH_TRAFFIC).steps()).isEmpty();

    Outcome back = change(Event.REVERSE_TRAFFIC);

    assertThat(back.currentState()).isEqualTo(WorkflowState.RUNNING);
    assertSource();
    assertThat(records.rules.values()).containsOnly("commerce open");
    assertThat(record().cutover().switchedOnce()).isTrue();
  }

  @Test
  void nothingSlowHappensWhileWritesAreDenied() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);

    assertThat(cutover.done)
        .containsExactly(
            "arm source",
            "arm target",
            "follow",
            "routers",
            "deny source",
            "drain",
            "sequences",
            "allow target",
            "ids target");
  }

  @Test
  void readsAloneChangeNoStateAndDenyNothing() throws InterruptedException {
    Outcome reads = change(Event.SWITCH_TRAFFIC, "replica", "rdonly");

    assertThat(reads.steps())
        .extracting(Outcome.Step::name)
        .containsExactly("preconditions", "commit");
    assertThat(reads.writeBlockMillis()).isNull();
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(record().cutover().onTarget())
        .containsExactly(TabletType.REPLICA, TabletType.RDONLY);
    assertThat(records.rules)
        .doesNotContainKey("primary")
        .containsEntry("replica", "customer open");
    assertThat(cutover.done).isEmpty();

    change(Event.REVERSE_TRAFFIC, "replica");
    assertThat(record().cutover().onTarget()).containsExactly(TabletType.RDONLY);
    change(Event.SWITCH_TRAFFIC);
    assertThat(record().cutover().onTarget()).containsExactly(TabletType.values());
    assertTarget();
  }

  @Test
  void aDryRunNamesTheStepsAndChangesNothing() throws InterruptedException {
    Outcome planned = change(Event.SWITCH_TRAFFIC, true);

    assertThat(planned.steps())
        .hasSize(8)
        .extracting(Outcome.Step::outcome)
        .containsOnly("planned");
    assertThat(cutover.done).isEmpty();
    assertThat(record()).isEqualTo(Records.in("move", WorkflowState.RUNNING));
  }

  @Test
  void completeTakesTheSourcesTablesAwayAndOpensNothing() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    cutover.done.clear();
    engine().command(Command.completing("anna", "why", false, true, false));
    assertThat(record().state()).isEqualTo(WorkflowState.COMPLETING);
    assertThat(record().unitsRun()).isFalse();
    statuses.allStopped(2, now);
    statuses.reverseStopped(2, now);

    engine().advance();

    assertThat(record().state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(cutover.done)
        .containsExactly("rename source", "delete rows", "remove target", "remove source");
    assertThat(sides.done).containsExactly("deleteTopics");
    assertThat(records.rules.values()).containsOnly("customer open");
  }

  @Test
  void completeLeavesWhatIsToBeKeptDenied() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    engine().command(Command.completing("anna", "why", true, false, false));
    statuses.allStopped(2, now).reverseStopped(2, now);

    engine().advance();

    assertThat(record().state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(cutover.accepts(FenceSide.SOURCE)).isFalse();
    assertThat(cutover.done).doesNotContain("drop source", "rename source", "remove source");
  }

  @Test
  void cancelPutsReadsBackFirst() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC, "replica");

    engine().command(new Command(Event.CANCEL, "anna", "why", false, false));

    assertThat(records.rules.values()).containsOnly("commerce open");
    statuses.allStopped(2, now).reverseStopped(2, now);
    engine().advance();
    assertThat(record().state()).isEqualTo(WorkflowState.CANCELLED);
    assertThat(cutover.done)
        .containsExactly("delete rows", "drop target", "remove target", "remove source");
  }

  @Test
  void theTargetIsDeniedBeforeTheWorkflowRuns() throws InterruptedException {
    cutover.denied.clear();
    cutover.armed.clear();
    records.with(Records.in("move", WorkflowState.COPYING));

    engine().advance();

    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(cutover.accepts(FenceSide.TARGET)).isFalse();
    assertThat(cutover.accepts(FenceSide.SOURCE)).isTrue();
  }
}
