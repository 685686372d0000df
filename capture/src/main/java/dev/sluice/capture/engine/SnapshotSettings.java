package dev.sluice.capture.engine;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import io.debezium.connector.mysql.MySqlConnector;
import io.debezium.relational.history.MemorySchemaHistory;
import java.util.Properties;
import java.util.stream.Collectors;

/** Settings of an engine that takes an initial snapshot and does not stream. */
final class SnapshotSettings {

  private SnapshotSettings() {}

  static String engineName(StreamId stream) {
    return EngineSettings.engineName(stream) + "-snapshot";
  }

  /** Topic of the engine's own words about its progress. */
  static String notificationTopic(StreamId stream) {
    return engineName(stream) + ".notification";
  }

  static Properties of(
      StreamId stream, MovePlan plan, Endpoint read, String sidecar, KafkaSettings kafka) {
    Properties p = EngineSettings.of(stream, plan, read, sidecar, kafka, EngineRun.NONE);
    String name = engineName(stream);
    p.setProperty("name", name);
    p.setProperty("topic.prefix", name);
    // rows come over JDBC, in the forms of the engine's own conversions
    p.setProperty("connector.class", MySqlConnector.class.getName());
    p.remove("converters");
    p.remove("raw.type");
    p.setProperty("snapshot.mode", "initial_only");
    // no lock is needed: the rows are placed at a position that the server has passed before
    p.setProperty("snapshot.locking.mode", "none");
    p.setProperty("snapshot.isolation.mode", "repeatable_read");
    // more would not be one consistent view
    p.setProperty("snapshot.max.threads", "1");
    p.setProperty(
        "table.include.list",
        plan.tables().stream()
            .map(TablePlan::name)
            .map(table -> EngineSettings.pattern(read.schema(), table))
            .collect(Collectors.joining(",")));
    p.setProperty("include.schema.changes", "false");
    p.setProperty("provide.transaction.metadata", "false");
    p.setProperty("notification.enabled.channels", "sink");
    p.setProperty("notification.sink.topic.name", notificationTopic(stream));
    // the history of the stream's own engine is left alone
    p.setProperty("schema.history.internal", MemorySchemaHistory.class.getName());
    // how long the server waits while rows are sent on
    p.setProperty("driver.netTimeoutForStreamingResults", "3600");
    return p;
  }
}
