package dev.sluice.controller.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.Records;
import org.junit.jupiter.api.Test;

class RateEstimatorTest {

  private final RateEstimator rate = new RateEstimator();

  private void sample(int second, long count) {
    rate.sample(Records.NOW.plusSeconds(second), count);
  }

  @Test
  void looksBackHalfAMinute() {
    for (int second = 0; second <= 100; second++) {
      sample(second, second < 60 ? second * 1_000L : 60_000 + (second - 60) * 10L);
    }
    assertThat(rate.perSecond()).isEqualTo(10);
  }

  @Test
  void knowsNothingAtFirstAndAfterACountThatFell() {
    sample(0, 5);
    assertThat(rate.perSecond()).isZero();
    sample(2, 9);
    assertThat(rate.perSecond()).isEqualTo(2);
    sample(3, 0);
    assertThat(rate.perSecond()).isZero();
  }
}
