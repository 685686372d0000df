package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.FakeCutover;
import dev.sluice.controller.FakeRecords;
import dev.sluice.controller.FakeSides;
import dev.sluice.controller.FakeStatuses;
import dev.sluice.controller.Records;
import dev.sluice.controller.cutover.PreconditionException;
import dev.sluice.controller.cutover.SwitchOptions;
import dev.sluice.controller.cutover.UndoneException;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of traffic, step by step, with a controller that fails or is killed at any of them. */
class TrafficTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeRecords records = new FakeRecords();
  private final FakeSides sides = new FakeSides();
  private final FakeStatuses statuses = new FakeStatuses();
  private final FakeCutover cutover = new FakeCutover().running();
  private final Instant now = Records.NOW.plusSeconds(1);

  @BeforeEach
  void running() {
    records.with(Records.in("move", WorkflowState.RUNNING));
    statuses.allCaughtUp(1, now).reverse(1, now);
  }

  /** A controller; another one takes over with each call. */
  private WorkflowEngine engine() {
    WorkflowSteps steps =
        new WorkflowSteps(
            FakeSides.keyspaces(), sides, sides, statuses, PausePoints.off(), cutover);
    return new WorkflowEngine(
        "move",
        records,
        steps,
        new Readiness(statuses),
        Clock.fixed(now, ZoneOffset.UTC),
        new WorkflowEngine.Observer() {
          @Override
          public void moved(WorkflowRecord before, WorkflowRecord after) {}

          @Override
          public void stage(String name) {}
        });
  }

  private WorkflowRecord record() {
    return records.find("move").orElseThrow();
  }

  private Outcome change(Event event, String... types) throws InterruptedException {
    return change(event, false, types);
  }

  private Outcome change(Event event, boolean dryRun, String... types) throws InterruptedException {
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

  private void assertSource() {
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(record().cutover().change()).isNull();
    assertThat(record().cutover().writesOnTarget()).isFalse();
    assertThat(cutover.accepts(FenceSide.SOURCE)).isTrue();
    assertThat(cutover.accepts(FenceSide.TARGET)).isFalse();
  }

  private void assertTarget() {
    assertThat(record().state()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(record().cutover().change()).isNull();
    assertThat(cutover.accepts(FenceSide.SOURCE)).isFalse();
    assertThat(cutover.accepts(FenceSide.TARGET)).isTrue();
    assertThat(records.rules.values()).containsOnly("customer open");
  }

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
            "allow target");
  }

  @ParameterizedTest
  @ValueSource(strings = {"routers", "deny source", "drain", "sequences"})
  void aFailureBeforeTheCommitIsUndone(String step) {
    cutover.failures.put(step, new SluiceException(ErrorCode.SWITCH_TIMEOUT, "late", "wait"));

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .isInstanceOfSatisfying(
            UndoneException.class,
            e -> {
              assertThat(e.outcome().currentState()).isEqualTo(WorkflowState.RUNNING);
              assertThat(e.outcome().steps())
                  .extracting(Outcome.Step::outcome)
                  .contains("failed")
                  .doesNotContain("planned");
            });

    assertSource();
    assertThat(records.rules.values()).containsOnly("commerce open");
    assertThat(record().history().get(record().history().size() - 1).reason())
        .contains("undone")
        .contains("late");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deny source before",
        "deny source after",
        "drain before",
        "drain after",
        "sequences before",
        "sequences after"
      })
  void aControllerKilledBeforeTheCommitIsUndoneByTheNext(String place) throws InterruptedException {
    cutover.killAt = place;
    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(FakeCutover.Killed.class);
    assertThat(record().state()).isEqualTo(WorkflowState.SWITCHING);
    cutover.killAt = null;

    engine().advance();

    assertSource();
    assertThat(records.rules.values()).containsOnly("commerce open");
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow target before", "allow target after"})
  void aControllerKilledAfterTheCommitIsFinishedByTheNext(String place)
      throws InterruptedException {
    cutover.killAt = place;
    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(FakeCutover.Killed.class);
    assertThat(record().state()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(records.rules.values()).containsOnly("customer hold");
    cutover.killAt = null;

    engine().advance();

    assertTarget();
  }

  @Test
  void aControllerKilledWhileUndoingIsUndoneAgain() throws InterruptedException {
    cutover.killAt = "allow source after";
    cutover.failures.put("drain", new SluiceException(ErrorCode.SWITCH_TIMEOUT, "late", "wait"));
    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(FakeCutover.Killed.class);
    cutover.killAt = null;

    engine().advance();

    assertSource();
  }

  /** Whether the commit was written is unknown: only the next controller may decide. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUnclearCommitIsLeftToTheNextController(boolean written) throws InterruptedException {
    records.before =
        next -> {
          if (next.state() == WorkflowState.SWITCHED) {
            if (written) {
              records.with(next);
            }
            records.usable = false;
            throw new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "no answer", "wait");
          }
        };
    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(SluiceException.class);
    assertThat(cutover.accepts(FenceSide.SOURCE)).as("nothing is touched").isFalse();
    assertThat(cutover.accepts(FenceSide.TARGET)).isFalse();
    engine().advance();
    assertThat(cutover.accepts(FenceSide.SOURCE)).as("by the same controller neither").isFalse();
    assertThat(cutover.accepts(FenceSide.TARGET)).isFalse();
    records.before = next -> {};
    records.usable = true;

    engine().advance();

    assertThat(cutover.raised).containsExactlyInAnyOrder(FenceSide.values());
    if (written) {
      assertTarget();
    } else {
      assertSource();
    }
  }

  @Test
  void whatIsWrittenPastTheFenceUndoesTheSwitch() {
    cutover.bypassed = "a TRUNCATE";

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .isInstanceOf(UndoneException.class)
        .hasMessageContaining("a TRUNCATE");
    assertSource();
  }

  @Test
  void anotherControllersEpochEndsItWithoutUndoing() {
    cutover.failures.put("drain", new SluiceException(ErrorCode.FENCED, "another", "nothing"));

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(SluiceException.class);

    assertThat(cutover.done).doesNotContain("allow source");
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
  void everythingInTheWayIsNamedAtOnce() {
    statuses.applier("-80", "retrying", false, List.of("customer"), 1, now).parked(3);
    statuses.applier("80-", "applying", true, List.of(), 1, now);
    statuses.stream("streaming", true, 1_000, 1, now.minusSeconds(60));
    cutover.transactions = List.of("connection 7 has a transaction open for 60 s");
    cutover.denied.put(FenceSide.TARGET, false);

    assertThatThrownBy(() -> withVdiff(Event.SWITCH_TRAFFIC))
        .isInstanceOfSatisfying(
            PreconditionException.class,
            e ->
                assertThat(e.failed())
                    .extracting(PreconditionException.Failed::check)
                    .contains(
                        "appliers",
                        "consistent",
                        "indexes",
                        "parked_rows",
                        "streams",
                        "vdiff",
                        "fence_denied",
                        "open_transactions"));
    assertThat(cutover.done).isEmpty();
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
  }

  private void withVdiff(Event event) throws InterruptedException {
    engine().command(Command.changing(event, "anna", "why", false, SwitchOptions.DEFAULTS));
  }

  @Test
  void aFenceThatCannotBeArmedIsAPrecondition() {
    cutover.failures.put(
        "arm source", new SluiceException(ErrorCode.MYSQL_CONTENTION, "locked", "wait"));

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .isInstanceOfSatisfying(
            PreconditionException.class,
            e -> assertThat(e.failed().get(0).check()).isEqualTo("fence_armed"));
    assertSource();
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
    assertThat(cutover.done).containsExactly("rename source", "remove target", "remove source");
    assertThat(sides.done).containsExactly("deleteSidecarRows", "deleteTopics");
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
  void nobodyCompletesWhatIsStillReadOnTheSource() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC, "primary");

    assertThatThrownBy(
            () -> engine().command(Command.completing("anna", "why", false, false, false)))
        .isInstanceOf(PreconditionException.class)
        .hasMessageContaining("replica, rdonly");
  }

  @Test
  void cancelPutsReadsBackFirst() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC, "replica");

    engine().command(new Command(Event.CANCEL, "anna", "why", false, false));

    assertThat(records.rules.values()).containsOnly("commerce open");
    statuses.allStopped(2, now).reverseStopped(2, now);
    engine().advance();
    assertThat(record().state()).isEqualTo(WorkflowState.CANCELLED);
    assertThat(cutover.done).containsExactly("remove target", "remove source");
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
