package dev.sluice.capture.journal;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Kafka's exceptions as errors of Sluice. */
final class KafkaErrors {

  private KafkaErrors() {}

  /**
   * @param action what failed, in the infinitive
   */
  static SluiceException of(Throwable error, String action) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SluiceException known) {
        return known;
      }
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof FencedInstanceIdException) {
        return new SluiceException(
            ErrorCode.FENCED,
            "cannot " + action + ": another process captures this stream now",
            "nothing: the other process goes on",
            error);
      }
      if (cause instanceof RecordTooLargeException) {
        return new SluiceException(
            ErrorCode.ROW_TOO_LARGE,
            "cannot " + action + ": " + cause.getMessage(),
            "raise topics.record.max-bytes, and max.message.bytes of the workflow's topics with it",
            error);
      }
    }
    return new SluiceException(
        ErrorCode.KAFKA_UNAVAILABLE,
        "cannot " + action + ": " + error.getMessage(),
        "wait for the brokers to recover; Sluice goes on by itself",
        error);
  }
}
