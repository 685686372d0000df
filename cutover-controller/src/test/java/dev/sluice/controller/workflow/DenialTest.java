package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.Records;
import dev.sluice.controller.cutover.PreconditionException;
import dev.sluice.controller.cutover.PreconditionException.Failed;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.status.WorkflowStatus.ErrorView;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.WorkflowRecord.Transition;
import dev.sluice.schemas.workflow.WorkflowState;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** The side without the traffic denies writes, also when somebody takes away what it does it by. */
class DenialTest extends TrafficCase {

  private final WorkflowEngine[] one = new WorkflowEngine[1];

  private void tick(long seconds) throws InterruptedException {
    now = now.plusSeconds(seconds);
    statuses.allCaughtUp(1, now).reverse(1, now);
    if (one[0] == null) {
      one[0] = engine();
    }
    one[0].advance();
  }

  private Transition last() {
    return record().history().get(record().history().size() - 1);
  }

  @Test
  void whatDeniedWritesIsPutBackAndStandsInTheHistory() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    tick(1);
    int before = record().history().size();
    cutover.slipped.add(FenceSide.SOURCE);
    tick(14);
    assertThat(cutover.slipped).as("not looked at yet").isNotEmpty();

    tick(1);

    assertThat(cutover.slipped).isEmpty();
    assertTarget();
    assertThat(record().history()).hasSize(before + 1);
    assertThat(last().from()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(last().to()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(last().by()).isEqualTo("controller");
    assertThat(last().reason()).contains("the source (commerce)", "[-80]", "they are again");
    tick(15);
    tick(15);
    assertThat(record().history()).hasSize(before + 1);
    assertThat(one[0].warnings()).isEmpty();
  }

  /** The side that serves is nobody's business. */
  @Test
  void onlyTheSideWithoutTheTrafficIsLookedAt() throws InterruptedException {
    cutover.slipped.add(FenceSide.SOURCE);
    tick(15);
    assertThat(cutover.slipped).containsExactly(FenceSide.SOURCE);
    cutover.slipped.clear();
    cutover.slipped.add(FenceSide.TARGET);
    tick(15);
    assertThat(cutover.slipped).isEmpty();
    assertThat(last().reason()).contains("the target (customer)");
  }

  /** That is how people open a side when they have to; so it is said, and left. */
  @Test
  void whatSomebodyHasOpenedByHandIsWarnedOf() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    cutover.denied.put(FenceSide.SOURCE, false);
    tick(15);
    assertThat(cutover.done).doesNotContain("mend source");
    assertThat(one[0].warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.code()).isEqualTo("NOT_DENIED");
              assertThat(warning.message()).contains("the source (commerce)");
              assertThat(warning.remedy()).contains("workflow = 'move' AND id LIKE '%/source/%'");
            });
    cutover.denied.put(FenceSide.SOURCE, true);
    tick(15);
    assertThat(one[0].warnings()).isEmpty();
  }

  @Test
  void whatCannotBePutBackIsWarnedOfAndTriedAgain() throws InterruptedException {
    cutover.slipped.add(FenceSide.TARGET);
    cutover.fail("mend target", ErrorCode.ILLEGAL_STATE, "its trigger is not as it was made");
    tick(15);
    assertThat(one[0].warnings())
        .singleElement()
        .extracting(ErrorView::message, InstanceOfAssertFactories.STRING)
        .contains("its trigger is not as it was made");
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
    tick(59);
    assertThat(cutover.slipped).isNotEmpty();
    tick(1);
    assertThat(cutover.slipped).isEmpty();
    assertThat(one[0].warnings()).isEmpty();
  }

  /** An error of a unit, such as the bypass itself, is no reason to leave a side open. */
  @Test
  void aWorkflowThatRestsIsLookedAfterToo() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    engine().command(new Command(Event.STOP, "anna", "", false, false));
    cutover.slipped.add(FenceSide.SOURCE);
    tick(15);
    assertThat(cutover.slipped).isEmpty();
    assertThat(record().state()).isEqualTo(WorkflowState.STOPPED);
    assertThat(record().resumeState()).isEqualTo(WorkflowState.SWITCHED);
    assertThat(last().reason()).contains("they are again");
  }

  @Test
  void aTargetThatIsStillBeingFilledIsNotDenied() throws InterruptedException {
    records.with(Records.in("move", WorkflowState.STOPPED));
    cutover.slipped.add(FenceSide.TARGET);
    tick(15);
    assertThat(cutover.slipped).isNotEmpty();
  }

  /** A server that does not answer is its units' error; nothing waits for it here. */
  @Test
  void aServerThatIsAwayKeepsNothingFromGoingOn() throws InterruptedException {
    tick(1);
    cutover.away.add(FenceSide.TARGET);
    tick(15);
    assertThat(one[0].warnings()).isEmpty();
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void aControllerThatWasReplacedSaysSo() {
    cutover.slipped.add(FenceSide.TARGET);
    cutover.failures.put(
        "mend target", new SluiceException(ErrorCode.FENCED, "another", "nothing"));
    assertThatThrownBy(() -> tick(15)).hasMessage("another");
  }

  /**
   * What somebody wrote there may not have been met yet: it is put back first, then asked again.
   */
  @Test
  void aSideThatDeniesNoMoreIsRefusedUntilItIsPutBack() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    cutover.slipped.add(FenceSide.SOURCE);
    assertThatThrownBy(() -> change(Event.REVERSE_TRAFFIC))
        .isInstanceOf(PreconditionException.class);
    assertTarget();

    tick(15);
    change(Event.REVERSE_TRAFFIC);

    assertSource();
  }

  @Test
  void whatIsTakenAwayAgainAndAgainIsSaidOnce() throws InterruptedException {
    cutover.slipped.add(FenceSide.TARGET);
    tick(15);
    int said = record().history().size();
    cutover.slipped.add(FenceSide.TARGET);
    tick(15);
    assertThat(cutover.slipped).isEmpty();
    assertThat(record().history()).hasSize(said);
  }

  @Test
  void aChangeThatIsOnlyLookedAtPutsNothingBack() {
    cutover.slipped.add(FenceSide.TARGET);
    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC, true))
        .isInstanceOfSatisfying(
            PreconditionException.class,
            e -> assertThat(e.failed()).extracting(Failed::check).containsExactly("fence_denied"));
    assertThat(cutover.slipped).isNotEmpty();
  }
}
