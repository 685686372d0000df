package dev.sluice.vdiff.job;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vdiff.VDiffDirectory;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.vdiff.touched.TouchedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What a workflow's VDiffs have found, durably: chunks and the summary change in one Kafka
 * transaction. Opening it fences every earlier writer (I9). Used by one thread.
 */
final class ResultLog implements AutoCloseable {

  private static final Duration READ_LIMIT = Duration.ofSeconds(60);

  private final KafkaSettings kafka;
  private final String topic;
  private final KafkaProducer<String, byte[]> producer;

  private ResultLog(KafkaSettings kafka, String topic, KafkaProducer<String, byte[]> producer) {
    this.kafka = kafka;
    this.topic = topic;
    this.producer = producer;
  }

  /**
   * Fences writers before; the topic exists.
   *
   * @throws dev.sluice.schemas.error.SluiceException KAFKA_UNAVAILABLE
   */
  static ResultLog open(
      KafkaSettings kafka, String workflow, String workflowUuid, int maxMessageBytes) {
    String topic = TopicNames.of(workflow, Direction.FORWARD).vdiffResults();
    Map<String, Object> config = kafka.client("sluice-vdiff-results");
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "sluice.vdiff." + workflowUuid);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    boolean opened = false;
    try {
      producer.initTransactions();
      opened = true;
    } catch (KafkaException e) {
      throw KafkaErrors.classify(e, "take over the VDiffs of workflow " + workflow);
    } finally {
      if (!opened) {
        producer.close(Duration.ZERO);
      }
    }
    return new ResultLog(kafka, topic, producer);
  }

  /**
   * Writes all of it or nothing.
   *
   * @param found chunks, keys left out, what was touched, by their keys; a null removes one
   */
  void write(Map<String, ?> found, VDiffResult result) throws InterruptedException {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    found.forEach(
        (key, value) ->
            records.add(
                new ProducerRecord<>(
                    topic, 0, key, value == null ? null : SluiceJson.write(value))));
    records.add(
        new ProducerRecord<>(
            TopicNames.VDIFFS,
            0,
            VDiffDirectory.resultKey(result.workflowUuid(), result.uuid()),
            SluiceJson.write(result)));
    send(records);
  }

  /** Writes which chunks were touched. */
  void write(TouchedState touched) throws InterruptedException {
    send(
        List.of(
            new ProducerRecord<>(
                topic, 0, TouchedState.keyOf(touched.uuid()), SluiceJson.write(touched))));
  }

  /** Removes every trace of a VDiff, its order with it. */
  void erase(String workflowUuid, String uuid) throws InterruptedException {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    read(uuid, record -> records.add(new ProducerRecord<>(topic, 0, record.key(), null)));
    records.add(
        new ProducerRecord<>(
            TopicNames.VDIFFS, 0, VDiffDirectory.resultKey(workflowUuid, uuid), null));
    records.add(
        new ProducerRecord<>(
            TopicNames.VDIFFS, 0, VDiffDirectory.orderKey(workflowUuid, uuid), null));
    send(records);
  }

  private void send(List<ProducerRecord<String, byte[]>> records) throws InterruptedException {
    try {
      producer.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      records.forEach(record -> sent.add(producer.send(record)));
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
      producer.commitTransaction();
    } catch (KafkaException | ExecutionException e) {
      throw KafkaErrors.classify(e, "write what a VDiff has found");
    }
  }

  /** Hands over every record of a VDiff, the newest of each key last. */
  void read(String uuid, Consumer<ConsumerRecord<String, byte[]>> reader) {
    Map<String, Object> config = kafka.client("sluice-vdiff-reader");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // closing waits for the fetch that is under way
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    TopicPartition partition = new TopicPartition(topic, 0);
    String prefix = ChunkResult.prefix(uuid);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      long deadline = System.nanoTime() + READ_LIMIT.toNanos();
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record :
            consumer.poll(Duration.ofMillis(100)).records(partition)) {
          if (record.key().startsWith(prefix)) {
            reader.accept(record);
          }
        }
        if (System.nanoTime() > deadline) {
          throw new KafkaException("topic " + topic + " could not be read to its end");
        }
      }
    } catch (KafkaException e) {
      throw KafkaErrors.classify(e, "read what a VDiff has found");
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
