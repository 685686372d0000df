package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.FakeCutover;
import dev.sluice.controller.FakeRecords;
import dev.sluice.controller.FakeSides;
import dev.sluice.controller.FakeStatuses;
import dev.sluice.controller.Records;
import dev.sluice.controller.cutover.SwitchOptions;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A running workflow in memory whose traffic changes: what tests of it have in common. */
abstract class TrafficCase {

  static final Duration SECOND = Duration.ofSeconds(1);

  final FakeRecords records = new FakeRecords();
  final FakeSides sides = new FakeSides();
  final FakeStatuses statuses = new FakeStatuses();
  final FakeCutover cutover = new FakeCutover().running();
  Instant now = Records.NOW.plusSeconds(1);

  /** Stands still unless a test moves it. */
  final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  @BeforeEach
  void running() {
    records.with(Records.in("move", WorkflowState.RUNNING));
    statuses.allCaughtUp(1, now).reverse(1, now);
  }

  /** A controller; another one takes over with each call. */
  WorkflowEngine engine() {
    WorkflowSteps steps =
        new WorkflowSteps(
            FakeSides.keyspaces(), sides, sides, statuses, PausePoints.off(), cutover);
    return new WorkflowEngine(
        "move",
        records,
        steps,
        new Readiness(statuses),
        clock,
        new WorkflowEngine.Observer() {
          @Override
          public void moved(WorkflowRecord before, WorkflowRecord after) {}

          @Override
          public void stage(String name) {}
        });
  }

  WorkflowRecord record() {
    return records.find("move").orElseThrow();
  }

  Outcome change(Event event, String... types) throws InterruptedException {
    return change(event, false, types);
  }

  Outcome change(Event event, boolean dryRun, String... types) throws InterruptedException {
    SwitchOptions options =
        new SwitchOptions(
            types.length == 0
                ? List.of(TabletType.values())
                : Arrays.stream(types).map(TabletType::of).toList(),
            Duration.ofSeconds(30),
            SECOND,
            Duration.ofHours(1),
            true);
    return engine().command(Command.changing(event, "anna", "why", dryRun, options));
  }

  void assertSource() {
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(record().cutover().change()).isNull();
    assertThat(record().cutover().writesOnTarget()).isFalse();
    assertThat(cutover.accepts(FenceSide.SOURCE)).isTrue();
    assertThat(cutover.accepts(FenceSide.TARGET)).isFalse();
    assertThat(cutover.ids).containsExactly(FenceSide.SOURCE);
  }

  void assertTarget() {
    assertThat(record().state()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(record().cutover().change()).isNull();
    assertThat(cutover.accepts(FenceSide.SOURCE)).isFalse();
    assertThat(cutover.accepts(FenceSide.TARGET)).isTrue();
    assertThat(cutover.ids).containsExactly(FenceSide.TARGET);
    assertThat(records.rules.values()).containsOnly("customer open");
  }
}
