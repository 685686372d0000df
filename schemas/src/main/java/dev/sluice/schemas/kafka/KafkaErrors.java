package dev.sluice.schemas.kafka;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** The one place that says what an error of a Kafka client means. */
public final class KafkaErrors {

  private KafkaErrors() {}

  /**
   * Classifies an error; a {@code SluiceException} stays what it is.
   *
   * @param action what was tried, as in "cannot ACTION"
   */
  public static SluiceException classify(Throwable error, String action) {
    Throwable cause = unwrap(error);
    if (cause instanceof SluiceException known) {
      return known;
    }
    String message = "cannot " + action + ": " + describe(cause);
    if (cause instanceof ProducerFencedException
        || cause instanceof InvalidProducerEpochException
        || cause instanceof FencedInstanceIdException) {
      return new SluiceException(
          ErrorCode.FENCED, message, "nothing: another process has taken over", cause);
    }
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      return new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          message,
          "correct kafka.properties (SASL, TLS) or give the principal the rights that the reference lists",
          cause);
    }
    if (cause instanceof RecordTooLargeException) {
      return new SluiceException(
          ErrorCode.ROW_TOO_LARGE,
          message,
          "raise topics.record.max-bytes and the broker's limits",
          cause);
    }
    return new SluiceException(
        ErrorCode.KAFKA_UNAVAILABLE,
        message,
        "check the brokers and kafka.bootstrap.servers; Sluice goes on by itself",
        cause);
  }

  /** The error inside the wrappers that futures put around it. */
  public static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String describe(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
