package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.controller.cutover.UndoneException;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of traffic that fail before their commit and are undone. */
class TrafficUndoTest extends TrafficCase {

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

  @Test
  void whatIsWrittenPastTheFenceUndoesTheSwitch() {
    cutover.bypassed = "a TRUNCATE";

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .isInstanceOf(UndoneException.class)
        .hasMessageContaining("a TRUNCATE");
    assertSource();
  }

  @Test
  void writesThatSomebodyLetPassUndoTheSwitch() {
    cutover.openedByHand = true;

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .isInstanceOf(UndoneException.class)
        .hasMessageContaining("somebody has let writes pass");
    assertSource();
  }

  /** Writes first; ids that are not to be had yet leave the change under way. */
  @Test
  void idsAreGivenOutAgainBehindTheFence() throws InterruptedException {
    cutover.fail("drain", ErrorCode.SWITCH_TIMEOUT, "late");
    cutover.fail("ids source", ErrorCode.MYSQL_STATEMENT_FAILED, "no more connections");

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .hasMessageContaining("no more connections");
    assertThat(cutover.accepts(FenceSide.SOURCE)).isTrue();
    assertThat(record().state()).isEqualTo(WorkflowState.SWITCHING);

    engine().advance();

    assertSource();
    assertThat(cutover.done).endsWith("allow source", "ids source");
  }

  @Test
  void anotherControllersEpochEndsItWithoutUndoing() {
    cutover.failures.put("drain", new SluiceException(ErrorCode.FENCED, "another", "nothing"));

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(SluiceException.class);

    assertThat(cutover.done).doesNotContain("allow source", "ids source");
  }

  /** Nothing was begun: there is nothing to undo, and the answer is the same. */
  @Test
  void timeThatIsOverBeforeAnythingIsDeniedIsATimeout() {
    WorkflowRecord before = record();
    cutover.fail("arm source", ErrorCode.MYSQL_CONTENTION, "session 7 stays on the table");

    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC))
        .isInstanceOfSatisfying(
            UndoneException.class,
            e -> {
              assertThat(e.why().code()).isEqualTo(ErrorCode.SWITCH_TIMEOUT);
              assertThat(e.getMessage()).contains("session 7", "everything is as before");
              assertThat(e.outcome().currentState()).isEqualTo(WorkflowState.RUNNING);
              assertThat(e.outcome().steps())
                  .extracting(Outcome.Step::name, Outcome.Step::outcome)
                  .containsExactly(tuple("preconditions", "failed"));
            });

    assertThat(record()).isEqualTo(before);
    assertSource();
  }
}
