package dev.sluice.apply.feed;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;

/** What a Kafka error means to the applier. Stateless. */
final class KafkaErrors {

  private KafkaErrors() {}

  static SluiceException classify(KafkaException error, String applier) {
    if (error instanceof InvalidOffsetException) {
      return new SluiceException(
          ErrorCode.JOURNAL_GAP,
          applier + " needs records that its topics no longer hold: " + error.getMessage(),
          "records were deleted; copy again with `start --recopy`",
          error);
    }
    return new SluiceException(
        ErrorCode.KAFKA_UNAVAILABLE,
        applier + " cannot read its topics: " + error.getMessage(),
        "nothing if the brokers come back by themselves; otherwise check kafka.bootstrap.servers, the account's rights and"
            + " that the workflow's topics exist",
        error);
  }
}
