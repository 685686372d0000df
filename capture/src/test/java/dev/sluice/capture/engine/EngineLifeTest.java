package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineLifeTest {

  private long nanos = 1;
  private final EngineLife life = new EngineLife(() -> nanos);

  private void pass(long seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }

  private long silentSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(life.silentNanos());
  }

  /** Rows of tables that are not moved: a minute of reading without a record. */
  @Test
  void anEngineThatReadsALargeTransactionOfOthersIsAlive() {
    life.delivered();
    life.transactionEnded();
    life.delivered();
    for (int i = 0; i < 60; i++) {
      pass(1);
      life.read(1_000_000);
      assertThat(silentSeconds()).isZero();
    }
    pass(6);
    assertThat(silentSeconds()).isEqualTo(6);
  }

  /** What it reads is worth nothing when the end of a transaction brings no record. */
  @Test
  void anEngineThatReadsOnAndDeliversNothingIsSilent() {
    life.delivered();
    pass(1);
    life.read(1_000);
    life.transactionEnded();
    assertThat(silentSeconds()).isZero();
    for (int i = 0; i < 6; i++) {
      pass(1);
      life.read(1_000);
      life.transactionEnded();
    }
    assertThat(silentSeconds()).isEqualTo(6);
    life.delivered();
    assertThat(silentSeconds()).isZero();
  }

  @Test
  void fetchingCountsAsItDid() {
    life.delivered();
    pass(10);
    life.fetched();
    assertThat(silentSeconds()).isZero();
    assertThat(life.hasDelivered()).isTrue();
  }
}
