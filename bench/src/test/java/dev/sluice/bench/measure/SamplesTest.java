package dev.sluice.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void theMedianIsTheMiddle() {
    assertThat(new Samples(List.of(9.0, 1.0, 4.0)).median()).isEqualTo(4.0);
    assertThat(new Samples(List.of(9.0, 1.0, 4.0, 2.0)).median()).isEqualTo(3.0);
    assertThat(Samples.of(5).median()).isEqualTo(5.0);
  }

  @Test
  void aPercentileIsAMeasuredValue() {
    Samples samples = new Samples(List.of(40.0, 10.0, 30.0, 20.0));

    assertThat(samples.percentile(0.5)).isEqualTo(20.0);
    assertThat(samples.percentile(0.99)).isEqualTo(40.0);
    assertThat(samples.percentile(0.01)).isEqualTo(10.0);
    assertThat(samples.highest()).isEqualTo(40.0);
  }

  @Test
  void nothingMeasuredIsNoResult() {
    assertThatThrownBy(() -> new Samples(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Samples.of(1).percentile(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
