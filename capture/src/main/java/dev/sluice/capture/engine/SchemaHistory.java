package dev.sluice.capture.engine;

import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.StreamId;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** The topic in which the engine keeps the table definitions of one stream. Stateless. */
final class SchemaHistory {

  private static final long LIMIT_SECONDS = 30;

  private SchemaHistory() {}

  /**
   * Deletes every definition; the engine reads them from the server again. Only for the stream's
   * owner, before its engine starts.
   */
  static void clear(StreamId stream, KafkaSettings kafka) {
    String topic =
        TopicNames.of(stream.workflow(), stream.direction()).schemaHistory(stream.number());
    TopicPartition partition = new TopicPartition(topic, 0);
    Map<String, Object> config = kafka.client("sluice-schema-history-" + stream.workflowUuid());
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
