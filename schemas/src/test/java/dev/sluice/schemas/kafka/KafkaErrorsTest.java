package dev.sluice.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaErrorsTest {

  static Stream<Arguments> errors() {
    TopicPartition partition = new TopicPartition("m.journal", 0);
    return Stream.of(
        Arguments.of(new ProducerFencedException("newer epoch"), ErrorCode.FENCED),
        Arguments.of(new InvalidProducerEpochException("old epoch"), ErrorCode.FENCED),
        Arguments.of(new InvalidTxnStateException("ended by the coordinator"), ErrorCode.FENCED),
        Arguments.of(
            new SaslAuthenticationException("bad password"), ErrorCode.KAFKA_ACCESS_DENIED),
        Arguments.of(new TopicAuthorizationException("m.t"), ErrorCode.KAFKA_ACCESS_DENIED),
        Arguments.of(
            new PolicyViolationException("segment.bytes"), ErrorCode.INVALID_CONFIGURATION),
        Arguments.of(new RecordTooLargeException("9 MB"), ErrorCode.ROW_TOO_LARGE),
        Arguments.of(new OffsetOutOfRangeException(Map.of(partition, 7L)), ErrorCode.JOURNAL_GAP),
        Arguments.of(new NoOffsetForPartitionException(partition), ErrorCode.JOURNAL_GAP),
        Arguments.of(
            new org.apache.kafka.common.errors.TimeoutException("no answer"),
            ErrorCode.KAFKA_UNAVAILABLE),
        Arguments.of(new TimeoutException(), ErrorCode.KAFKA_UNAVAILABLE));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorMeansTheSameWhateverIsWrappedAroundIt(Throwable error, ErrorCode code) {
    Throwable inFuture = new ExecutionException(new CompletionException(error));
    Throwable inClient = new KafkaException("the producer is in an error state", error);
    for (Throwable thrown : new Throwable[] {error, inFuture, inClient}) {
      SluiceException classified = KafkaErrors.classify(thrown, "commit cut 7");

      assertThat(classified.code()).isEqualTo(code);
      assertThat(classified).hasMessageStartingWith("cannot commit cut 7: ");
      assertThat(classified.getCause()).isSameAs(thrown == inClient ? inClient : error);
      assertThat(classified.remedy()).isNotBlank();
    }
  }

  @Test
  void anErrorOfOurOwnStaysWhatItIs() {
    SluiceException own = new SluiceException(ErrorCode.MISPLACED_ROW, "row", "report it");

    assertThat(KafkaErrors.classify(new ExecutionException(own), "read")).isSameAs(own);
  }
}
