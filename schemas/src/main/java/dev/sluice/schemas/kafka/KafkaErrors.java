package dev.sluice.schemas.kafka;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * The one place that says what an error of a Kafka client means, for control topics, captures and
 * appliers alike. Stateless.
 */
public final class KafkaErrors {

  private KafkaErrors() {}

  /**
   * Classifies an error by the first of its causes that means something of its own: a client wraps
   * what made it unusable. A {@code SluiceException} stays what it is. The cause of what is
   * answered is the client's own error, without the wrappers of futures.
   *
   * @param action what was tried, as in "cannot ACTION"
   */
  public static SluiceException classify(Throwable error, String action) {
    Throwable bare = unwrap(error);
    for (Throwable cause = bare; cause != null; cause = cause.getCause()) {
      if (cause instanceof SluiceException known) {
        return known;
      }
      Meaning meaning = meaning(cause);
      if (meaning != null) {
        return meaning.of(cause, bare, action);
      }
    }
    return Meaning.UNAVAILABLE.of(bare, bare, action);
  }

  private static Meaning meaning(Throwable cause) {
    if (cause instanceof ProducerFencedException
        || cause instanceof InvalidProducerEpochException
        // what a late commit is told whose transaction was ended for a successor, or for its time
        || cause instanceof InvalidTxnStateException
        || cause instanceof FencedInstanceIdException) {
      return Meaning.FENCED;
    }
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      return Meaning.NOT_ALLOWED;
    }
    if (cause instanceof PolicyViolationException
        || cause instanceof InvalidConfigurationException) {
      return Meaning.SETTINGS;
    }
    if (cause instanceof RecordTooLargeException) {
      return Meaning.TOO_LARGE;
    }
    return cause instanceof InvalidOffsetException ? Meaning.GONE : null;
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

  private enum Meaning {
    FENCED(ErrorCode.FENCED, "nothing: another process has taken the work over"),
    NOT_ALLOWED(
        ErrorCode.KAFKA_ACCESS_DENIED,
        "nothing if brokers are restarting; else correct kafka.properties (SASL, TLS) or give the principal the rights that the reference lists"),
    SETTINGS(
        ErrorCode.INVALID_CONFIGURATION,
        "the cluster does not allow a setting of the topic: lower topics.record.max-bytes if it is"
            + " max.message.bytes, else have the one that is named allowed"),
    TOO_LARGE(
        ErrorCode.ROW_TOO_LARGE,
        "raise topics.record.max-bytes, and max.message.bytes of the workflow's topics with it"),
    GONE(ErrorCode.JOURNAL_GAP, "records were deleted; copy again with `start --recopy`"),
    UNAVAILABLE(
        ErrorCode.KAFKA_UNAVAILABLE,
        "check the brokers, kafka.bootstrap.servers and that the workflow's topics exist; Sluice goes on by itself");

    private final ErrorCode code;
    private final String remedy;

    Meaning(ErrorCode code, String remedy) {
      this.code = code;
      this.remedy = remedy;
    }

    SluiceException of(Throwable cause, Throwable bare, String action) {
      String what =
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      return new SluiceException(code, "cannot " + action + ": " + what, remedy, bare);
    }
  }
}
