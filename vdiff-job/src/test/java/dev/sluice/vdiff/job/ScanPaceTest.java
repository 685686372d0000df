package dev.sluice.vdiff.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.workflow.WorkflowControls;
import org.junit.jupiter.api.Test;

class ScanPaceTest {

  private long nanos;
  private WorkflowControls controls = WorkflowControls.NONE;
  private double applier;
  private double replica;

  private final ScanPace pace =
      new ScanPace(
          new ScanLimits() {
            @Override
            public WorkflowControls controls() {
              return controls;
            }

            @Override
            public double applierSeconds() {
              return applier;
            }

            @Override
            public double replicaSeconds() {
              return replica;
            }
          },
          () -> nanos);

  private void pass(double seconds) {
    nanos += (long) (seconds * 1e9);
  }

  @Test
  void withoutAThrottleNothingWaits() {
    pace.read(1_000_000_000L);
    assertThat(pace.mayScan()).isTrue();
    assertThat(pace.reason()).isNull();
    assertThat(pace.takeHeld()).isFalse();
  }

  @Test
  void noMoreRowsASecondThanAllowed() {
    controls = WorkflowControls.NONE.throttled(1_000L, null);
    long read = 0;
    for (int millis = 0; millis < 20_000; millis += 5) {
      if (pace.mayScan()) {
        pace.read(700);
        read += 700;
      }
      pass(0.005);
    }
    assertThat(read).isBetween(18_000L, 22_000L);
    assertThat(pace.reason()).startsWith("rate: 1000 rows/s");
    assertThat(pace.mostRows()).isEqualTo(1_000);

    controls = WorkflowControls.NONE;
    assertThat(pace.mayScan()).isTrue();
    assertThat(pace.reason()).isNull();
  }

  @Test
  void waitsWhileAppliersOrReplicasLag() {
    controls = WorkflowControls.NONE.throttled(null, "10s");
    applier = 11;
    pass(1);
    assertThat(pace.mayScan()).isFalse();
    assertThat(pace.reason()).isEqualTo("lag: an applier lags 11.0 s, more than 10s");
    assertThat(pace.takeHeld()).isTrue();
    assertThat(pace.takeHeld()).isFalse();

    applier = 1;
    replica = Double.POSITIVE_INFINITY;
    pass(1);
    assertThat(pace.mayScan()).isFalse();
    assertThat(pace.reason()).startsWith("replica_lag: ");

    replica = 0;
    pass(1);
    assertThat(pace.mayScan()).isTrue();
    assertThat(pace.reason()).isNull();
  }
}
