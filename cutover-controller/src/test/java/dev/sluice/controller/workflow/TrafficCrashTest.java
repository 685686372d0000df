package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.FakeCutover;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.WorkflowState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of traffic whose controller is killed, or does not know what it has written. */
class TrafficCrashTest extends TrafficCase {

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

  /** Controller and a server of the side that was to gain are lost together. */
  @Test
  void aLostServerOfTheGainingSideDoesNotKeepTheUndoWaiting() throws InterruptedException {
    switchKilledAt("drain before");
    cutover.raised.clear();
    cutover.away.add(FenceSide.TARGET);
    WorkflowEngine next = engine();

    next.advance();

    assertSource();
    assertThat(records.rules.values()).containsOnly("commerce open");
    assertThat(cutover.raised).containsExactly(FenceSide.SOURCE);
    laterItIsRaisedToo(next, FenceSide.TARGET);
  }

  /** Controller and a server of the side that has lost the traffic are lost together. */
  @Test
  void aLostServerOfTheLosingSideDoesNotKeepTheOtherOneClosed() throws InterruptedException {
    switchKilledAt("allow target before");
    cutover.raised.clear();
    cutover.away.add(FenceSide.SOURCE);
    WorkflowEngine next = engine();

    next.advance();

    assertTarget();
    assertThat(cutover.raised).containsExactly(FenceSide.TARGET);
    laterItIsRaisedToo(next, FenceSide.SOURCE);
  }

  private void switchKilledAt(String point) {
    cutover.killAt = point;
    assertThatThrownBy(() -> change(Event.SWITCH_TRAFFIC)).isInstanceOf(FakeCutover.Killed.class);
    cutover.killAt = null;
  }

  /** Not at once again: finding out that a server is away takes time. */
  private void laterItIsRaisedToo(WorkflowEngine engine, FenceSide side)
      throws InterruptedException {
    cutover.away.clear();
    engine.advance();
    assertThat(cutover.raised).doesNotContain(side);
    now = now.plusSeconds(20);
    statuses.allCaughtUp(1, now).reverse(1, now);
    engine.advance();
    assertThat(cutover.raised).contains(side);
  }

  @Test
  void aLostServerOfTheSideThatIsToBeOpenedIsWaitedFor() throws InterruptedException {
    switchKilledAt("drain before");
    cutover.away.add(FenceSide.SOURCE);
    WorkflowEngine next = engine();

    assertThatThrownBy(next::advance).hasMessageContaining("the source does not answer");

    assertThat(record().state()).isEqualTo(WorkflowState.SWITCHING);
    assertThat(cutover.done).as("other shards may be there").contains("ids source");
    cutover.away.clear();
    next.advance();
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
}
