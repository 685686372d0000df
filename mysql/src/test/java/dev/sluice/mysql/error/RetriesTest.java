package dev.sluice.mysql.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private final AtomicInteger calls = new AtomicInteger();

  private static Retries quick(int attempts, List<SluiceException> seen) {
    return Retries.of(
        attempts,
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofSeconds(10),
        SluiceException::retryable,
        seen::add);
  }

  @Test
  void contentionIsTriedAgainUntilItPasses() {
    String result =
        Retries.ofContention()
            .call(
                "write",
                () -> {
                  if (calls.incrementAndGet() < 4) {
                    throw new SQLException("Deadlock", "40001", 1213);
                  }
                  return "done";
                });
    assertThat(result).isEqualTo("done");
    assertThat(calls).hasValue(4);
  }

  @Test
  void contentionRetriesLetOtherErrorsOutAtOnce() {
    assertThatThrownBy(
            () ->
                Retries.ofContention()
                    .call(
                        "write",
                        () -> {
                          calls.incrementAndGet();
                          throw new SQLException("gone", "08S01", 0);
                        }))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_UNAVAILABLE));
    assertThat(calls).hasValue(1);
  }

  @Test
  void theBoundHoldsAndTheLastErrorComesOut() {
    List<SluiceException> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                quick(3, seen)
                    .call(
                        "connect",
                        () -> {
                          calls.incrementAndGet();
                          throw new SQLException("gone", "08S01", 0);
                        }))
        .isInstanceOf(SluiceException.class)
        .hasMessageContaining("cannot connect");
    assertThat(calls).hasValue(3);
    assertThat(seen).hasSize(2);
  }

  @Test
  void fatalErrorsAreNeverTriedAgain() {
    List<SluiceException> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                quick(5, seen)
                    .call(
                        "write",
                        () -> {
                          calls.incrementAndGet();
                          throw new SQLException("Duplicate", "23000", 1062);
                        }))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_REFUSED_ROW));
    assertThat(calls).hasValue(1);
    assertThat(seen).isEmpty();
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    Retries slow =
        Retries.of(
            5,
            Duration.ofSeconds(30),
            Duration.ofSeconds(40),
            Duration.ofSeconds(60),
            SluiceException::retryable,
            e -> {});
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                slow.call(
                    "connect",
                    () -> {
                      throw new SQLException("gone", "08S01", 0);
                    }))
        .isInstanceOf(SluiceException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anEndlessRetryCannotBeAskedFor() {
    assertThatThrownBy(() -> Retries.within(Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
