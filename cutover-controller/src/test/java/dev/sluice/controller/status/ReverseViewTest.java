package dev.sluice.controller.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.Records;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReverseViewTest {

  private static final Instant NOW = Records.NOW;

  private final List<Entry<StreamStatus>> streams = new ArrayList<>();
  private final List<Entry<ApplierStatus>> appliers = new ArrayList<>();
  private long parked;
  private String applierState = "applying";

  private void stream(String shard, long captureEpoch, double lagSeconds, Instant at) {
    StreamStatus status =
        new StreamStatus(
            "move/reverse/" + shard,
            "move",
            "uuid-move",
            "reverse",
            shard,
            "streaming",
            "stage",
            at,
            "",
            lagSeconds,
            9,
            captureEpoch,
            true,
            true,
            List.of(),
            null,
            null,
            at);
    streams.add(new Entry<>("stream/" + status.id(), status, 1, at));
  }

  /** The source shard's applier, at cuts of these epochs of the two streams. */
  private void applier(long firstEpoch, long secondEpoch, long cut) {
    ApplierStatus status =
        new ApplierStatus(
            "move/reverse/-",
            "move",
            "uuid-move",
            "reverse",
            "-",
            applierState,
            "stage",
            NOW,
            1,
            List.of(
                new ApplierStatus.StreamPlace("-80", firstEpoch, cut, "", true, NOW),
                new ApplierStatus.StreamPlace("80-", secondEpoch, cut, "", true, NOW)),
            0.5,
            0,
            List.of(),
            parked,
            null,
            null,
            null,
            NOW);
    appliers.add(new Entry<>("applier/" + status.id(), status, 1, NOW));
  }

  private WorkflowStatus.Reverse view(WorkflowState state) {
    return ReverseView.of(Records.in("move", state), streams, appliers, NOW);
  }

  private boolean ready() {
    return view(WorkflowState.RUNNING).ready();
  }

  @Test
  void itIsReadyWhenTheApplierHasComeToThePresentRunOfEveryStream() {
    stream("-80", 3, 0.2, NOW);
    stream("80-", 4, 1.5, NOW);
    applier(3, 4, 8);

    assertThat(ready()).isTrue();
    assertThat(view(WorkflowState.RUNNING).lagSeconds()).isEqualTo(1.5);
    assertThat(view(WorkflowState.SWITCHED).ready()).isTrue();
    assertThat(view(WorkflowState.COPYING)).isEqualTo(new WorkflowStatus.Reverse(false, 0));
  }

  @Test
  void cutsOfAnEarlierRunProveNothing() {
    stream("-80", 3, 0, NOW);
    stream("80-", 5, 0, NOW);
    applier(3, 4, 8);
    assertThat(ready()).isFalse();
  }

  @Test
  void theFirstCutOfAllProvesNothing() {
    stream("-80", 1, 0, NOW);
    stream("80-", 1, 0, NOW);
    applier(1, 1, 1);
    assertThat(ready()).isFalse();
  }

  @Test
  void aStreamThatIsMissingOrSilentOrLagsIsNotReady() {
    stream("-80", 1, 0, NOW);
    applier(1, 1, 8);
    assertThat(ready()).as("missing").isFalse();
    stream("80-", 1, 0, NOW.minusSeconds(60));
    assertThat(ready()).as("silent").isFalse();
    streams.remove(1);
    stream("80-", 1, 6, NOW);
    assertThat(ready()).as("lags").isFalse();
  }

  @Test
  void anApplierThatWaitsOrTriesAgainIsNotReady() {
    stream("-80", 1, 0, NOW);
    stream("80-", 1, 0, NOW);
    parked = 1;
    applier(1, 1, 8);
    assertThat(ready()).as("parked rows").isFalse();
    appliers.clear();
    parked = 0;
    applierState = "retrying";
    applier(1, 1, 8);
    assertThat(ready()).as("retrying").isFalse();
  }
}
