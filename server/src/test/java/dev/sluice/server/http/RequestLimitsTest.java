package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {

  private final AtomicLong nanos = new AtomicLong(7);
  private final RequestLimits limits = new RequestLimits(nanos::get);

  private int passed(String caller, int calls) {
    int passed = 0;
    for (int i = 0; i < calls; i++) {
      try {
        limits.count(caller);
        passed++;
      } catch (ApiException e) {
        assertThat(e.error().status()).isEqualTo(429);
      }
    }
    return passed;
  }

  @Test
  void aBurstPassesAndThenSoManyASecond() {
    assertThat(passed("anna", RequestLimits.BURST + 50)).isEqualTo(RequestLimits.BURST);
    assertThat(passed("bert", 10)).as("another caller").isEqualTo(10);

    nanos.addAndGet(500_000_000);
    assertThat(passed("anna", 1_000)).isEqualTo(RequestLimits.PER_SECOND / 2);
    nanos.addAndGet(60_000_000_000L);
    assertThat(passed("anna", 1_000)).isEqualTo(RequestLimits.BURST);
    assertThatThrownBy(() -> limits.count("anna")).hasMessageContaining("anna");
  }
}
