package dev.sluice.schemas.kafka;

import org.apache.kafka.clients.producer.Producer;

/**
 * Ends a Kafka transaction so that every record handed to the producer before is part of it.
 * Stateless.
 */
public final class SafeCommit {
  private SafeCommit() {}

  /**
   * Sends what waits, then commits. {@code commitTransaction} alone does not promise it (Kafka 4.3,
   * {@code Sender.maybeSendAndPollTransactionalRequest}): the sender looks first whether records
   * wait and then whether the transaction is to be ended. When the last record and the request both
   * come in between, the transaction is committed without the record, which then waits outside any
   * transaction until it expires.
   *
   * @throws org.apache.kafka.common.KafkaException as {@code flush} and {@code commitTransaction}
   *     do
   */
  public static void commit(Producer<?, ?> producer) {
    producer.flush();
    producer.commitTransaction();
  }
}
