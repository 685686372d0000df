package dev.sluice.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SizesAndDurationsTest {

  @Test
  void durations() {
    assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Durations.parse("5s")).isEqualTo(Duration.ofSeconds(5));
    assertThat(Durations.parse("2h")).isEqualTo(Duration.ofHours(2));
    assertThatThrownBy(() -> Durations.parse("5")).hasMessageContaining("5s");
    assertThatThrownBy(() -> Durations.parse(null)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sizes() {
    assertThat(Sizes.parse("512")).isEqualTo(512);
    assertThat(Sizes.parse("32MiB")).isEqualTo(32L << 20);
    assertThat(Sizes.parse("10GiB")).isEqualTo(10L << 30);
    assertThatThrownBy(() -> Sizes.parse("10GB")).hasMessageContaining("GiB");
  }
}
