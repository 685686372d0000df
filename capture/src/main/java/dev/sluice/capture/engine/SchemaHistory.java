package dev.sluice.capture.engine;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.StreamId;
import io.debezium.relational.history.HistoryRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topic in which the engine keeps the table definitions of one stream. Stateless. */
final class SchemaHistory {

  private static final long LIMIT_SECONDS = 30;

  private SchemaHistory() {}

  /**
   * Begins it anew, with the definitions at the position where the stream begins: DDL behind that
   * place is met like any other. Only for the stream's owner, before its engine starts. A start
   * that ends in the middle of this has no cut yet, and does it again.
   *
   * @param position as the engine's offset
   */
  static void begin(
      StreamId stream,
      KafkaSettings kafka,
      Map<String, String> position,
      List<TableDefinitions.Definition> definitions) {
    String topic =
        TopicNames.of(stream.workflow(), stream.direction()).schemaHistory(stream.number());
    clear(stream, topic, kafka);
    Map<String, Object> place =
        Map.of(
            "file", position.get("file"),
            "pos", Long.parseLong(position.get("pos")),
            "gtids", position.get("gtids"),
            // stands at this position, whereas a statement stands behind the position it is under
            "snapshot", true);
    Map<String, Object> config = kafka.client(clientId(stream));
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT_SECONDS * 1000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) LIMIT_SECONDS * 1000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (TableDefinitions.Definition definition : definitions) {
        HistoryRecord record =
            new HistoryRecord(
                Map.of("server", EngineSettings.engineName(stream)),
                place,
                definition.schema(),
                null,
                definition.statement(),
                null,
                Instant.now());
        sent.add(producer.send(new ProducerRecord<>(topic, 0, null, record.toString())));
      }
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw KafkaErrors.classify(e, "write " + topic);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaErrors.classify(e, "write " + topic);
    }
  }

  private static String clientId(StreamId stream) {
    return "sluice-schema-history-" + stream.workflowUuid();
  }

  private static void clear(StreamId stream, String topic, KafkaSettings kafka) {
    TopicPartition partition = new TopicPartition(topic, 0);
    Map<String, Object> config = kafka.client(clientId(stream));
    try (Admin admin = Admin.create(config)) {
      long end =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .partitionResult(partition)
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .offset();
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end)))
          .all()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw KafkaErrors.classify(e, "clear " + topic);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaErrors.classify(e, "clear " + topic);
    }
  }
}
