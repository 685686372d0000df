package dev.sluice.vdiff.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.vdiff.RowClass;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class VDiffMetricsTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final VDiffMetrics metrics = new VDiffMetrics(meters, "w", "forward");

  private double throttled(String reason) {
    return meters
        .get("sluice.throttled")
        .tags("workflow", "w", "direction", "forward", "stream", "vdiff", "reason", reason)
        .gauge()
        .value();
  }

  @Test
  void whatHoldsScansBackIsShown() {
    assertThat(throttled("rate")).isZero();
    metrics.throttled("replica_lag: a replica lags 3.0 s, more than 1s");
    assertThat(throttled("replica_lag")).isEqualTo(1);
    assertThat(throttled("lag")).isZero();
    metrics.throttled("rate: 1000 rows/s at most");
    assertThat(throttled("rate")).isEqualTo(1);
    assertThat(throttled("replica_lag")).isZero();
    metrics.throttled(null);
    assertThat(throttled("rate")).isZero();
  }

  @Test
  void theNextRunsGaugesTakeThePlaceOfTheLast() {
    metrics.throttled("rate: 1000 rows/s at most");
    metrics.mismatched(RowClass.MISPLACED, 3);
    VDiffMetrics next = new VDiffMetrics(meters, "w", "reverse");
    next.mismatched(RowClass.MISPLACED, 1);
    assertThat(meters.find("sluice.throttled").tags("reason", "rate").gauges()).hasSize(1);
    assertThat(meters.get("sluice.throttled").tags("reason", "rate").gauge().value()).isZero();
    assertThat(meters.get("sluice.vdiff.rows.mismatched").tags("class", "misplaced").gauge())
        .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(1));
  }
}
