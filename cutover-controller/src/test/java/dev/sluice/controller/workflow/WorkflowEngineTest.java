package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.FakeCutover;
import dev.sluice.controller.FakeRecords;
import dev.sluice.controller.FakeSides;
import dev.sluice.controller.FakeStatuses;
import dev.sluice.controller.Records;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowEngineTest {

  private final FakeRecords records = new FakeRecords();
  private final FakeSides sides = new FakeSides();
  private final FakeStatuses statuses = new FakeStatuses();
  private final FakeCutover cutover = new FakeCutover();
  private Instant now = Records.NOW.plusSeconds(1);

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

  private WorkflowState state() {
    return records.find("move").orElseThrow().state();
  }

  private Outcome ask(Event event) throws InterruptedException {
    return engine().command(new Command(event, "anna", "why", false, false));
  }

  @Test
  void aStartedWorkflowIsPreparedAndCopies() throws InterruptedException {
    records.with(Records.created("move"));

    engine().advance();

    assertThat(sides.done).containsExactly("createSidecars", "createTables", "createTopics");
    assertThat(state()).isEqualTo(WorkflowState.COPYING);
  }

  @Test
  void aWorkflowThatIsNotStartedWaits() throws InterruptedException {
    WorkflowRecord created = Records.created("move");
    records.with(
        new WorkflowRecord(
            created.uuid(),
            created.spec(),
            created.state(),
            null,
            created.since(),
            List.of(),
            0,
            created.plan(),
            null));

    engine().advance();
    assertThat(sides.done).isEmpty();

    assertThat(ask(Event.START).steps()).hasSize(1);
    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.COPYING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"createSidecars", "createTables", "createTopics"})
  void aRetryableFailureLeavesTheStateAndTheNextTryFinishes(String step)
      throws InterruptedException {
    records.with(Records.created("move"));
    sides.failures.put(step, new SluiceException(ErrorCode.MYSQL_UNAVAILABLE, "down", "wait"));

    assertThatThrownBy(() -> engine().advance()).isInstanceOf(SluiceException.class);
    assertThat(state()).isEqualTo(WorkflowState.CREATED);

    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.COPYING);
  }

  @Test
  void aFatalFailureOfPreparationIsShownAndStartTriesAgain() throws InterruptedException {
    records.with(Records.created("move"));
    sides.failures.put(
        "createTables", new SluiceException(ErrorCode.TARGET_SCHEMA_MISMATCH, "rows", "drop"));

    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.ERROR);
    assertThat(records.find("move").orElseThrow().error().code())
        .isEqualTo("TARGET_SCHEMA_MISMATCH");

    ask(Event.START);
    assertThat(state()).isEqualTo(WorkflowState.CREATED);
    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.COPYING);
  }

  @Test
  void aCopyRunsWhenEverythingIsConsistentAndIndexed() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.COPYING));
    statuses.allCaughtUp(1, now).applier("80-", "applying", true, List.of("customer"), 1, now);

    engine().advance();
    assertThat(state()).as("an index is missing").isEqualTo(WorkflowState.COPYING);

    statuses.allCaughtUp(0, now);
    engine().advance();
    assertThat(state()).as("statuses of an older generation").isEqualTo(WorkflowState.COPYING);

    statuses.allCaughtUp(1, now.minusSeconds(11));
    engine().advance();
    assertThat(state()).as("statuses too old").isEqualTo(WorkflowState.COPYING);

    statuses.allCaughtUp(1, now);
    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void aTerminalErrorOfAUnitIsTheWorkflowsAndCountsOnceAGeneration() throws InterruptedException {
    UnitError error = new UnitError("BINLOG_PURGED", "gone", "create again", false);
    records.with(Records.in("move", WorkflowState.RUNNING));
    statuses.stream("error", true, 1_000, 1, now, error);

    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.ERROR);

    ask(Event.START);
    engine().advance();
    assertThat(state())
        .as("the old error is not taken for a new one")
        .isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void cancelWaitsForTheUnitsAndThenRemovesEverything() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.RUNNING));
    statuses.allCaughtUp(1, now);

    assertThat(ask(Event.CANCEL).currentState()).isEqualTo(WorkflowState.CANCELLING);
    engine().advance();
    assertThat(sides.done).isEmpty();

    statuses.allStopped(2, now);
    engine().advance();
    assertThat(cutover.done)
        .containsExactly("delete rows", "drop target", "remove target", "remove source");
    assertThat(sides.done).containsExactly("deleteTopics");
    assertThat(statuses.removed).hasSize(3);
    assertThat(state()).isEqualTo(WorkflowState.CANCELLED);
  }

  @Test
  void cancelDoesNotWaitForUnitsThatAreGone() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.RUNNING));
    statuses.allCaughtUp(1, now);
    ask(Event.CANCEL);

    now = now.plusSeconds(11);
    engine().advance();

    assertThat(state()).isEqualTo(WorkflowState.CANCELLED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"delete rows", "drop target", "remove target", "remove source", "deleteTopics"})
  void aCancelThatDiesAtAnyStepIsFinishedByTheNext(String step) throws InterruptedException {
    records.with(Records.in("move", WorkflowState.RUNNING));
    ask(Event.CANCEL);
    statuses.allStopped(2, now);
    sides.failures.put(step, new IllegalStateException("killed"));
    cutover.failures.put(step, new IllegalStateException("killed"));

    assertThatThrownBy(() -> engine().advance()).isInstanceOf(IllegalStateException.class);
    assertThat(state()).isEqualTo(WorkflowState.CANCELLING);

    engine().advance();
    assertThat(state()).isEqualTo(WorkflowState.CANCELLED);
    assertThat(cutover.done).contains("drop target", "delete rows", "remove source");
    assertThat(sides.done).contains("deleteTopics");
  }

  /** Kafka knows no epoch: topics go only when nobody else can have made them. */
  @Test
  void topicsStayWhenTheRecordCannotBeWrittenAnyMore() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.RUNNING));
    ask(Event.CANCEL);
    statuses.allStopped(2, now);
    records.before =
        next -> {
          throw new SluiceException(ErrorCode.FENCED, "another controller", "nothing");
        };

    assertThatThrownBy(() -> engine().advance()).isInstanceOf(SluiceException.class);

    assertThat(cutover.done).contains("remove source");
    assertThat(sides.done).isEmpty();
  }

  /** Tables of those names that have come to the target since are somebody else's. */
  @Test
  void cancelOfAWorkflowThatWasNeverStartedTouchesNoTable() throws InterruptedException {
    WorkflowRecord created = Records.created("move");
    WorkflowSpec spec = created.spec();
    WorkflowOptions waiting =
        new WorkflowOptions(null, null, null, null, null, null, null, null, null, null, false);
    records.with(
        new WorkflowRecord(
            created.uuid(),
            new WorkflowSpec(
                spec.name(),
                spec.source(),
                spec.target(),
                spec.tables(),
                false,
                List.of(),
                spec.vindexes(),
                waiting),
            created.state(),
            null,
            created.since(),
            List.of(),
            0,
            created.plan(),
            null));
    ask(Event.CANCEL);
    now = now.plusSeconds(11);

    engine().advance();

    assertThat(state()).isEqualTo(WorkflowState.CANCELLED);
    assertThat(cutover.done).doesNotContain("drop target");
  }

  /** The rows that start stumbled over are wanted: cancel says that they are still there. */
  @Test
  void cancelAfterARefusedStartSaysWhatItHasLeft() throws InterruptedException {
    records.with(Records.created("move"));
    sides.failures.put(
        "createTables", new SluiceException(ErrorCode.TARGET_SCHEMA_MISMATCH, "rows", "drop"));
    engine().advance();
    assertThat(records.find("move").orElseThrow().copyBegan()).isFalse();
    cutover.left = List.of("customer on customer/-80");

    ask(Event.CANCEL);
    now = now.plusSeconds(11);
    engine().advance();

    WorkflowRecord cancelled = records.find("move").orElseThrow();
    assertThat(cancelled.state()).isEqualTo(WorkflowState.CANCELLED);
    assertThat(cancelled.copyBegan()).isFalse();
    assertThat(cancelled.history().get(cancelled.history().size() - 1).reason())
        .contains("left as they are")
        .contains("customer on customer/-80");
    assertThat(cutover.sequencesForgotten).as("it has made none").isFalse();
  }

  @Test
  void aControllerThatWasOvertakenLeavesTheServersAlone() {
    records.with(Records.created("move"));
    sides.after = () -> records.with(Records.in("move", WorkflowState.CANCELLED));

    assertThatThrownBy(() -> engine().advance())
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));

    assertThat(sides.done).containsExactly("createSidecars");
    assertThat(state()).isEqualTo(WorkflowState.CANCELLED);
  }

  @Test
  void keepDataSurvivesARestartOfTheController() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.RUNNING));
    engine().command(new Command(Event.CANCEL, "anna", "", true, false));
    statuses.allStopped(2, now);

    engine().advance();

    assertThat(cutover.done).containsExactly("delete rows", "remove target", "remove source");
    assertThat(sides.done).containsExactly("deleteTopics");
  }

  @Test
  void aDryRunChangesNothing() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.RUNNING));

    Outcome outcome = engine().command(new Command(Event.CANCEL, "anna", "", false, true));

    assertThat(outcome.steps()).extracting(Outcome.Step::outcome).containsOnly("planned");
    assertThat(state()).isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void whatIsDoneAlreadyHasNoSteps() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.COPYING));
    assertThat(ask(Event.START).steps()).isEmpty();

    ask(Event.STOP);
    assertThat(ask(Event.STOP).steps()).isEmpty();
    assertThat(records.find("move").orElseThrow().history()).hasSize(1);
  }
}
