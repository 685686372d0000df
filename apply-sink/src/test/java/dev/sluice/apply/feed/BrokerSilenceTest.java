package dev.sluice.apply.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class BrokerSilenceTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;
  private final BrokerSilence silence =
      new BrokerSilence(((InstantSource) () -> now).withZone(ZoneOffset.UTC));

  private void check(int millisLater, double incoming, boolean asks) {
    now = now.plusMillis(millisLater);
    silence.check(incoming, asks);
  }

  @Test
  void brokersThatAnswerWithNothingAreNotSilent() {
    for (int i = 0; i < 100; i++) {
      check(250, i, true);
    }

    assertThat(silence.since()).isNull();
  }

  @Test
  void anOutageBeginsAtTheLastAnswerAndEndsWithTheNext() {
    check(250, 7, true);
    Instant last = now;
    for (int i = 0; i < 11; i++) {
      check(250, 7, true);
    }
    assertThat(silence.since()).isNull();

    check(250, 7, true);
    assertThat(silence.since()).isEqualTo(last);
    check(60_000, 7, true);
    assertThat(silence.since()).isEqualTo(last);

    check(250, 8, true);
    assertThat(silence.since()).isNull();
  }

  @Test
  void whoAsksForNothingWaitsForNobody() {
    for (int i = 0; i < 100; i++) {
      check(250, 7, false);
    }

    assertThat(silence.since()).isNull();
  }

  @Test
  void aProcessThatWasFrozenHasNotBeenLeftWithoutAnAnswer() {
    check(250, 7, true);
    check((int) Duration.ofMinutes(5).toMillis(), 7, true);

    assertThat(silence.since()).isNull();
  }
}
