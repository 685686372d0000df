package dev.sluice.capture.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LagTrackerTest {

  private long nanos;
  private final LagTracker lag = new LagTracker(() -> nanos);

  private void at(long millis) {
    nanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void lagIsTheTimeFromWritingToTheJournal() {
    lag.written("a", 0);
    at(250);
    lag.seen("a");
    assertThat(lag.lagSeconds()).isEqualTo(0.25);
  }

  @Test
  void aMissingHeartbeatMakesLagGrow() {
    lag.written("a", 0);
    lag.written("b", TimeUnit.SECONDS.toNanos(1));
    at(7_000);
    assertThat(lag.lagSeconds()).isEqualTo(7);
    lag.seen("b");
    assertThat(lag.lagSeconds()).isEqualTo(6);
  }

  @Test
  void whoHasAnHourToCatchUpOnDoesNotSaySeconds() {
    lag.journalIs(3_600);
    lag.written("a", 0);
    at(2_000);
    assertThat(lag.lagSeconds()).isEqualTo(3_600);
    lag.seen("a");
    assertThat(lag.lagSeconds()).isEqualTo(2);
  }

  @Test
  void onlyHeartbeatsAfterTheLastEventCount() {
    lag.written("a", TimeUnit.SECONDS.toNanos(2));
    at(6_000);
    assertThat(lag.wroteBetween(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(2))).isTrue();
    assertThat(lag.wroteBetween(TimeUnit.SECONDS.toNanos(3), TimeUnit.SECONDS.toNanos(2)))
        .isFalse();
    assertThat(lag.wroteBetween(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(5)))
        .isFalse();
  }

  @Test
  void aServerIsBehindByTheAgeOfTheOldestHeartbeatItDoesNotShow() {
    lag.written("a", 0);
    lag.written("b", TimeUnit.SECONDS.toNanos(1));
    lag.written("c", TimeUnit.SECONDS.toNanos(2));
    lag.seen("c");
    at(5_000);

    assertThat(lag.behindSeconds("c")).isZero();
    assertThat(lag.behindSeconds("a")).isEqualTo(4);
    assertThat(lag.behindSeconds(null)).isEqualTo(5);
    assertThat(lag.isUnseen("c")).isFalse();
    lag.written("d", TimeUnit.SECONDS.toNanos(4));
    assertThat(lag.isUnseen("d")).isTrue();
  }

  @Test
  void lagGrowsWhileNoHeartbeatCanBeWritten() {
    lag.written("a", 0);
    lag.seen("a");
    at(1_000);
    lag.failed("gone");
    at(4_000);
    lag.failed("still gone");
    at(9_000);

    assertThat(lag.lagSeconds()).isEqualTo(8);
    assertThat(lag.failingNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(8));
    assertThat(lag.failure()).isEqualTo("still gone");
    lag.written("b", TimeUnit.SECONDS.toNanos(9));
    assertThat(lag.failingNanos()).isZero();
    lag.seen("b");
    assertThat(lag.lagSeconds()).isZero();
  }

  /** A connection that answers nothing is no reason to say that all is well. */
  @Test
  void aHeartbeatThatHangsCountsAsFailing() {
    lag.begins();
    lag.written("a", 0);
    lag.ended();
    lag.seen("a");
    at(1_000);
    lag.begins();
    at(5_900);
    assertThat(lag.failingNanos()).isZero();
    at(9_000);
    assertThat(lag.failingNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(8));
    assertThat(lag.lagSeconds()).isEqualTo(8);
    assertThat(lag.failure()).contains("under way for 8 s");

    at(11_000);
    lag.failed("timed out");
    lag.ended();
    assertThat(lag.failingNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(10));
    assertThat(lag.failure()).isEqualTo("timed out");
    lag.begins();
    lag.written("b", nanos);
    lag.ended();
    assertThat(lag.failingNanos()).isZero();
  }

  @Test
  void aHeartbeatIsBehindAMarkerWhenItWasBegunLater() {
    lag.written("a", TimeUnit.SECONDS.toNanos(1));
    lag.written("b", TimeUnit.SECONDS.toNanos(3));
    lag.seen("b");
    long marker = TimeUnit.SECONDS.toNanos(2);

    assertThat(lag.begunAfter("a", marker)).isFalse();
    assertThat(lag.begunAfter("b", marker)).isTrue();
    assertThat(lag.begunAfter("another process's", marker)).isFalse();
  }
}
