package dev.sluice.capture.engine;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;

/** The engine's settings; each departs from a default for a reason given beside it. */
final class EngineSettings {

  private static final int SERVER_ID_BASE = 1 << 30;

  private EngineSettings() {}

  /** Unique among the engines of a process, and the same for every start of the stream. */
  static String engineName(StreamId stream) {
    return "sluice-"
        + stream.workflowUuid()
        + "-"
        + stream.direction().word()
        + "-"
        + stream.number();
  }

  /**
   * @param run id of the {@link EngineRun}
   */
  static Properties of(
      StreamId stream,
      MovePlan plan,
      Endpoint read,
      String sidecar,
      KafkaSettings kafka,
      String run) {
    Properties p = new Properties();
    String name = engineName(stream);
    p.setProperty("name", name);
    p.setProperty("topic.prefix", name);
    // an engine that did not stop keeps its MBeans; one of the same name would wait a minute for
    // them to go
    p.setProperty("custom.metric.tags", "run=" + UUID.randomUUID());
    p.setProperty(EngineRun.RUN, run);
    p.setProperty("connector.class", RawConnector.class.getName());
    p.setProperty("offset.storage", OffsetStore.class.getName());
    p.setProperty("offset.flush.interval.ms", "3600000");
    p.setProperty("tasks.max", "1");
    // SchemaHistory has the definitions of the stream's first position
    p.setProperty("snapshot.mode", "no_data");
    p.setProperty("snapshot.locking.mode", "none");
    server(p, stream, read);
    tables(p, plan, read, sidecar);
    values(p);
    loudness(p);
    bounds(p);
    history(p, stream, kafka);
    return p;
  }

  private static void server(Properties p, StreamId stream, Endpoint read) {
    p.setProperty("database.hostname", read.host());
    p.setProperty("database.port", Integer.toString(read.port()));
    p.setProperty("database.user", read.user());
    String password = read.password().get();
    p.setProperty("database.password", password == null ? "" : password);
    // stable: a new engine's connection makes the server end a forgotten one of the same stream
    int hash = (stream.workflowUuid() + stream.direction() + stream.number()).hashCode();
    p.setProperty(
        "database.server.id", Integer.toString(SERVER_ID_BASE + (hash & (SERVER_ID_BASE - 1))));
    String sslMode = read.properties().getOrDefault("sslMode", "PREFERRED");
    p.setProperty("database.ssl.mode", sslMode.toLowerCase(Locale.ROOT));
    p.setProperty("driver.connectionTimeZone", "UTC");
    p.setProperty("driver.allowPublicKeyRetrieval", "true");
    read.properties().forEach((key, value) -> p.setProperty("driver." + key, value));
    store(p, read, "trustCertificateKeyStore", "database.ssl.truststore");
    store(p, read, "clientCertificateKeyStore", "database.ssl.keystore");
  }

  /** The connection that reads the binary log is not the driver's: it has settings of its own. */
  private static void store(Properties p, Endpoint read, String driver, String engine) {
    String url = read.properties().get(driver + "Url");
    if (url == null) {
      return;
    }
    p.setProperty(engine, url.startsWith("file:") ? URI.create(url).getPath() : url);
    String password = read.properties().get(driver + "Password");
    if (password != null) {
      p.setProperty(engine + ".password", password);
    }
  }

  private static void tables(Properties p, MovePlan plan, Endpoint read, String sidecar) {
    List<String> patterns = new ArrayList<>();
    patterns.add(
        NamePattern.of(
            plan.tables().stream().map(table -> read.schema() + "." + table.name()).toList()));
    for (String table : SidecarRows.TABLES) {
      patterns.add(pattern(sidecar, table));
    }
    p.setProperty("table.include.list", String.join(",", patterns));
    p.setProperty("database.include.list", pattern(read.schema()) + "," + pattern(sidecar));
  }

  /** A regular expression for one name, without the comma that would end it in a list. */
  static String pattern(String schema, String table) {
    return pattern(schema + "." + table);
  }

  private static String pattern(String name) {
    return NamePattern.of(List.of(name));
  }

  private static void values(Properties p) {
    p.setProperty("bigint.unsigned.handling.mode", "precise");
    p.setProperty("decimal.handling.mode", "precise");
    p.setProperty("binary.handling.mode", "bytes");
    p.setProperty("time.precision.mode", "microseconds");
    p.setProperty("enable.time.adjuster", "false");
    p.setProperty("converters", "raw");
    p.setProperty("raw.type", RawColumns.class.getName());
  }

  private static void loudness(Properties p) {
    // a value that cannot be converted would become NULL
    p.setProperty("event.converting.failure.handling.mode", "fail");
    p.setProperty("event.processing.failure.handling.mode", "fail");
    p.setProperty("inconsistent.schema.handling.mode", "fail");
    p.setProperty("skipped.operations", "none");
    p.setProperty("tombstones.on.delete", "false");
    p.setProperty("include.schema.changes", "true");
    p.setProperty("provide.transaction.metadata", "true");
    // the engine's own repairs can deliver half a transaction twice
    p.setProperty("connect.keep.alive", "false");
    p.setProperty("errors.max.retries", "0");
  }

  private static void bounds(Properties p) {
    // the queue's poll spins, its lock held, for the last millisecond of the interval
    p.setProperty("poll.interval.ms", "10");
    p.setProperty("max.batch.size", "2048");
    p.setProperty("max.queue.size", "8192");
    p.setProperty("max.queue.size.in.bytes", Long.toString(48L << 20));
    p.setProperty("record.processing.threads", "1");
    p.setProperty("record.processing.shutdown.timeout.ms", "1000");
    p.setProperty("task.management.timeout.ms", "10000");
    p.setProperty("connect.timeout.ms", "10000");
    // the stream rests while a slice is open
    p.setProperty("binlog.net.write.timeout", "900");
    p.setProperty("use.nongraceful.disconnect", "true");
    p.setProperty("statistics.metrics.enabled", "false");
    p.setProperty("extended.headers.enabled", "false");
  }

  private static void history(Properties p, StreamId stream, KafkaSettings kafka) {
    String prefix = "schema.history.internal";
    String topic =
        TopicNames.of(stream.workflow(), stream.direction()).schemaHistory(stream.number());
    p.setProperty(prefix, BehindOnlyHistory.class.getName());
    p.setProperty(prefix + ".kafka.topic", topic);
    p.setProperty(prefix + ".kafka.bootstrap.servers", kafka.bootstrapServers());
    p.setProperty(prefix + ".kafka.query.timeout.ms", "10000");
    // with only the captured tables', the engine keeps a rename away from a captured name to itself
    p.setProperty(prefix + ".store.only.captured.tables.ddl", "false");
    p.setProperty(prefix + ".store.only.captured.databases.ddl", "true");
    // what the engine cannot read is looked at by UnseenDdlWatch; elsewhere it does not matter
    p.setProperty(prefix + ".skip.unparseable.ddl", "true");
    kafka
        .client("sluice-schema-history-" + stream.workflowUuid() + "-" + stream.number())
        .forEach(
            (key, value) -> {
              if (!key.equals(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
                p.setProperty(prefix + ".producer." + key, value.toString());
                p.setProperty(prefix + ".consumer." + key, value.toString());
              }
            });
  }
}
