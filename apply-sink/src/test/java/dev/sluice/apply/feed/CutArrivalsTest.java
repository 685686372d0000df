package dev.sluice.apply.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CutArrivalsTest {

  private static final long HOUR = 3_600_000;

  private long millis = 10 * HOUR;
  private long nanos;
  private final CutArrivals arrivals = new CutArrivals(2, () -> millis, () -> nanos);

  private void pass(long seconds) {
    millis += seconds * 1_000;
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void theOldestCutThatWaitsSaysHowLong() {
    arrivals.read(0, 3, millis - 5_000);
    arrivals.read(1, 7, millis - 60_000);
    arrivals.read(0, 5, millis);
    pass(2);
    assertThat(arrivals.seconds()).isEqualTo(62);

    arrivals.applied(1, 7);
    assertThat(arrivals.seconds()).isEqualTo(7);
    arrivals.applied(0, 4);
    assertThat(arrivals.seconds()).isEqualTo(2);
    arrivals.applied(0, 5);
    assertThat(arrivals.seconds()).isZero();
  }

  /** Neither a record from the future nor a clock set back hides that a cut waits. */
  @Test
  void noClockThatJumpsMakesItNothing() {
    arrivals.read(0, 3, millis + HOUR);
    pass(30);
    assertThat(arrivals.seconds()).isEqualTo(30);
    millis -= HOUR;
    assertThat(arrivals.seconds()).isEqualTo(30);
  }
}
