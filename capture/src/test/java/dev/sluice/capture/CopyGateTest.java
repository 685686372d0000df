package dev.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.CopyLimits.Targets;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.workflow.WorkflowControls;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CopyGateTest {

  private static final long MAX_BACKLOG = 1_000;

  private long nanos;
  private WorkflowControls controls = WorkflowControls.NONE;
  private Targets targets = Targets.behind(0);

  private final CopyGate gate =
      new CopyGate(
          new CopyLimits() {
            @Override
            public WorkflowControls controls() {
              return controls;
            }

            @Override
            public Targets targets() {
              return targets;
            }
          },
          MAX_BACKLOG,
          2,
          () -> nanos);

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static Cut cut(long number, int partition, long bytes) {
    return new Cut(
        "uuid",
        "-",
        1,
        number,
        1,
        CutKind.STREAM,
        "",
        0,
        List.of(new OffsetRange("t", partition, 10, 11, 1, bytes)),
        0,
        Map.of(),
        List.of(),
        List.of(),
        null,
        -1,
        false,
        false);
  }

  @Test
  void aRateIsKeptOverTimeAndTakesEffectAndEndsAtOnce() {
    int sent = 0;
    controls = new WorkflowControls(0, 1_000L, null);
    for (int tick = 0; tick < 1_000; tick++) {
      pass(10);
      if (gate.maySend()) {
        gate.sent(300);
        sent += 300;
      }
    }
    assertThat(sent).isBetween(9_500, 11_500);
    assertThat(gate.kind()).isEqualTo("rate");
    assertThat(gate.reason()).contains("1000 rows/s");

    controls = WorkflowControls.NONE;
    assertThat(gate.maySend()).isTrue();
    pass(100);
    assertThat(gate.maySend()).isTrue();
    assertThat(gate.kind()).isNull();
  }

  @Test
  void aLagOfAnApplierOrItsReplicaHoldsTheCopyUntilItIsGone() {
    controls = new WorkflowControls(0, null, "10s");
    targets = new Targets(0, 10, 10, List.of());
    pass(200);
    assertThat(gate.maySend()).isTrue();

    targets = new Targets(0, 10.5, 0, List.of());
    pass(200);
    assertThat(gate.maySend()).isFalse();
    assertThat(gate.kind()).isEqualTo("lag");

    targets = new Targets(0, 0, Double.POSITIVE_INFINITY, List.of());
    pass(200);
    assertThat(gate.maySend()).isFalse();
    assertThat(gate.kind()).isEqualTo("replica_lag");
    assertThat(gate.reason()).contains("does not replicate");

    targets = Targets.behind(0);
    pass(200);
    assertThat(gate.maySend()).isTrue();
    assertThat(gate.reason()).isNull();
  }

  @Test
  void aReplicaThatDoesNotReplicateMattersOnlyToWhomAskedForALag() {
    targets = new Targets(0, 3_600, Double.POSITIVE_INFINITY, List.of());
    pass(200);

    assertThat(gate.maySend()).isTrue();
  }

  @Test
  void whatAnApplierThatIsSilentHasNotAppliedCountsAsBacklog() {
    targets = new Targets(0, 0, 0, List.of(0L, 0L));
    gate.cut(cut(1, 0, 600));
    gate.cut(cut(2, 1, 500));
    pass(200);
    assertThat(gate.maySend()).isFalse();
    assertThat(gate.kind()).isEqualTo("backlog");
    assertThat(gate.reason()).contains("1,100 bytes");

    targets = new Targets(0, 0, 0, List.of(2L, 0L));
    pass(200);
    assertThat(gate.maySend()).as("only the second shard's are left").isTrue();

    targets = new Targets(1_001, 0, 0, List.of(2L, 2L));
    pass(200);
    assertThat(gate.maySend()).as("what the appliers say").isFalse();
  }
}
