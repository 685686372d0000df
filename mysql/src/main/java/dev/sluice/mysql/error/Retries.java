package dev.sluice.mysql.error;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The one place for trying again: exponential backoff with jitter, bounded in attempts and in time.
 * Immutable, safe to share between threads.
 *
 * <p>Only errors that the classifier calls retryable are tried again. What runs must leave nothing
 * half done when it fails: a transaction rolled back, a connection opened anew.
 */
public final class Retries {

  private static final double JITTER = 0.25;
  private static final Duration LONGEST_TOTAL = Duration.ofHours(24);

  private final ErrorClassifier classifier = new ErrorClassifier();
  private final RetryPolicy<Object> policy;

  private Retries(RetryPolicy<Object> policy) {
    this.policy = policy;
  }

  /**
   * For deadlocks and lock waits: 20 attempts from 5 ms to 500 ms apart, 30 s in all. Other errors
   * come out at once.
   */
  public static Retries ofContention() {
    return of(
        20,
        Duration.ofMillis(5),
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        error -> error.code() == ErrorCode.MYSQL_CONTENTION,
        error -> {});
  }

  /** For every retryable error: from 200 ms to 5 s apart until the time is over. */
  public static Retries within(Duration total) {
    return within(total, error -> {});
  }

  /**
   * As {@link #within(Duration)}, telling the listener of each failed attempt that is followed by
   * another.
   *
   * @param total bounded by 24 hours
   */
  public static Retries within(Duration total, Consumer<SluiceException> onRetry) {
    return of(
        -1,
        Duration.ofMillis(200),
        Duration.ofSeconds(5),
        total,
        SluiceException::retryable,
        onRetry);
  }

  /**
   * @param attempts at most this many, -1 for as many as fit the time
   * @param first delay before the second attempt
   * @param longest delay between two attempts
   * @param total time after which no further attempt begins
   */
  static Retries of(
      int attempts,
      Duration first,
      Duration longest,
      Duration total,
      Predicate<SluiceException> again,
      Consumer<SluiceException> onRetry) {
    if (total.compareTo(LONGEST_TOTAL) > 0 || total.isNegative() || total.isZero()) {
      throw new IllegalArgumentException(
          "retry time " + total + " is not between 0 and " + LONGEST_TOTAL);
    }
    return new Retries(
        RetryPolicy.builder()
            .handleIf(error -> error instanceof SluiceException known && again.test(known))
            .withMaxAttempts(attempts)
            .withBackoff(first, longest)
            .withJitter(JITTER)
            .withMaxDuration(total)
            .onRetry(event -> onRetry.accept((SluiceException) event.getLastException()))
            .build());
  }

  /**
   * Runs the work until it succeeds, fails for good or the bound is reached.
   *
   * @param action what is tried, in the infinitive, for the error's text
   * @throws SluiceException the last error, classified; after an interrupt MYSQL_UNAVAILABLE with
   *     the thread's interrupt flag set
   */
  public <T> T call(String action, SqlCallable<T> work) {
    try {
      return Failsafe.with(policy)
          .get(
              () -> {
                try {
                  return work.call();
                } catch (SQLException e) {
                  throw classifier.classify(e, action);
                }
              });
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new SluiceException(
            ErrorCode.MYSQL_UNAVAILABLE,
            "interrupted while waiting to " + action,
            "nothing: it is being stopped",
            e);
      }
      throw classifier.classifyAny(e, action);
    }
  }
}
