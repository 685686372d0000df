package dev.sluice.controller.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.controller.FakeStatuses;
import dev.sluice.controller.Records;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusAssemblerTest {

  private final FakeStatuses statuses = new FakeStatuses();
  private final StatusAssembler assembler = new StatusAssembler(statuses);
  private final WorkflowRecord copying = Records.in("move", WorkflowState.COPYING);
  private final Instant now = Records.NOW.plusSeconds(100);

  private WorkflowStatus status(WorkflowRecord record, Instant at) {
    return assembler.assemble(record, null, null, List.of(), at);
  }

  @Test
  void theEtaComesFromTheRateOfTheLastHalfMinute() {
    for (int second = 0; second <= 10; second++) {
      statuses.stream("copying", false, second * 50L, 1, now.plusSeconds(second));
      assembler.sample(copying, now.plusSeconds(second));
    }

    WorkflowStatus status = status(copying, now.plusSeconds(10));

    assertThat(status.rowsPerSecond()).isEqualTo(50.0);
    assertThat(status.eta()).isEqualTo(now.plusSeconds(20));
    assertThat(status.tables())
        .singleElement()
        .satisfies(
            table -> {
              assertThat(table.phase()).isEqualTo("copying");
              assertThat(table.percent()).isEqualTo(50.0);
              assertThat(table.rowsEstimated()).isEqualTo(1_000);
            });
    assertThat(status.stage().name()).isEqualTo("waiting for an apply process");
  }

  @Test
  void nothingIsSaidOfTheEndBelowOnePercent() {
    statuses.stream("copying", false, 0, 1, now);
    assembler.sample(copying, now);
    statuses.stream("copying", false, 9, 1, now.plusSeconds(2));
    assembler.sample(copying, now.plusSeconds(2));

    assertThat(status(copying, now.plusSeconds(2)).eta()).isNull();
  }

  @Test
  void anEstimateThatWasTooLowNeverShowsMoreThanThereIs() {
    statuses.stream("copying", false, 5_000, 1, now);

    WorkflowStatus.Table table = status(copying, now).tables().get(0);

    assertThat(table.rowsEstimated()).isEqualTo(5_000);
    assertThat(table.percent()).isEqualTo(99.9);
  }

  @Test
  void aSilentUnitIsUnknownAndItsLagGrows() {
    statuses.allCaughtUp(1, now);

    WorkflowStatus fresh = status(copying, now.plusSeconds(9));
    WorkflowStatus old = status(copying, now.plusSeconds(20));

    assertThat(fresh.streams().get(0).state()).isEqualTo("streaming");
    assertThat(fresh.streams().get(0).lagSeconds()).isEqualTo(0.5);
    assertThat(old.streams().get(0).state()).isEqualTo("unknown");
    assertThat(old.streams().get(0).lagSeconds()).isCloseTo(20.5, within(0.01));
    assertThat(old.appliers()).extracting(WorkflowStatus.Applier::state).containsOnly("unknown");
  }

  @Test
  void aUnitThatNeverSpokeIsShownToo() {
    WorkflowStatus status = status(copying, now);

    assertThat(status.streams())
        .extracting(WorkflowStatus.Stream::state)
        .containsExactly("unknown");
    assertThat(status.appliers())
        .extracting(WorkflowStatus.Applier::shard)
        .containsExactly("-80", "80-");
    assertThat(status.appliers().get(0).lagSeconds()).isNull();
  }

  @Test
  void aStoppedWorkflowsUnitsStayStopped() {
    statuses.allStopped(2, now);

    WorkflowStatus status =
        status(Records.in("move", WorkflowState.STOPPED), now.plusSeconds(3_600));

    assertThat(status.streams().get(0).state()).isEqualTo("stopped");
    assertThat(status.legalActions()).containsExactly("start", "cancel", "throttle");
  }

  @Test
  void indexesAreAPhaseOfTheirOwn() {
    statuses.allCaughtUp(1, now).applier("-80", "applying", true, List.of("customer"), 1, now);

    WorkflowStatus status = status(copying, now);

    assertThat(status.tables().get(0).phase()).isEqualTo("indexing");
    assertThat(status.stage().name()).isEqualTo("building indexes");
  }

  @Test
  void theStageKeepsItsBeginning() {
    statuses.allCaughtUp(1, now);
    Instant first = status(copying, now).stage().since();
    assertThat(status(copying, now.plusSeconds(5)).stage().since()).isEqualTo(first);

    statuses.applier("-80", "applying", true, List.of("customer"), 1, now);
    assertThat(status(copying, now.plusSeconds(6)).stage().since()).isEqualTo(now.plusSeconds(6));
  }
}
