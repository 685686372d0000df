package dev.sluice.tests.stack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that is its own controller (KRaft), as a process of the local stack. A second
 * listener tells its clients the address of the network link, if there is one: clients that come
 * through the link stay on it.
 */
final class LocalKafka extends LocalServer implements KafkaServer {
  private static final String LARGEST_MESSAGE_BYTES = String.valueOf(64 * 1024 * 1024);
  private static final int PROBE_MILLIS = 500;

  /**
   * @param controller the controller's port
   * @param behindLink the listener a link connects to, or 0
   * @param link the port of the link, or 0
   */
  record KafkaPorts(int controller, int behindLink, int link) {}

  private final KafkaPorts ports;
  private final Map<String, String> overrides;

  LocalKafka(int port, KafkaPorts ports, Path stackDirectory, Map<String, String> overrides) {
    super("kafka", port, stackDirectory);
    this.ports = ports;
    this.overrides = overrides;
  }

  private Path settingsFile() {
    return directory().resolve("server.properties");
  }

  private Path loggingFile() {
    return directory().resolve("logback.xml");
  }

  @Override
  void prepare() throws IOException {
    Properties settings = settings();
    try (Writer writer = Files.newBufferedWriter(settingsFile())) {
      settings.store(writer, null);
    }
    Files.writeString(loggingFile(), LOGGING);
    format();
  }

  /** What {@code kafka-storage.sh format} does, without a JVM of its own. */
  private void format() throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    String[] arguments = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", settingsFile().toString()
    };
    int status =
        StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IOException(
          "formatting Kafka's storage failed: " + output.toString(StandardCharsets.UTF_8));
    }
  }

  private Properties settings() {
    Properties settings = new Properties();
    boolean linked = ports.link() != 0;
    String listeners =
        "PLAINTEXT://127.0.0.1:" + port() + ",CONTROLLER://127.0.0.1:" + ports.controller();
    String advertised = "PLAINTEXT://127.0.0.1:" + port();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + ports.controller());
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "listeners", linked ? listeners + ",LINK://127.0.0.1:" + ports.behindLink() : listeners);
    settings.put(
        "advertised.listeners",
        linked ? advertised + ",LINK://127.0.0.1:" + ports.link() : advertised);
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT");
    settings.put("log.dirs", directory().resolve("log").toString());
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".num.partitions", "4");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.min.session.timeout.ms", "1000");
    settings.put("message.max.bytes", LARGEST_MESSAGE_BYTES);
    settings.put("replica.fetch.max.bytes", LARGEST_MESSAGE_BYTES);
    settings.put("replica.fetch.response.max.bytes", LARGEST_MESSAGE_BYTES);
    settings.put("socket.request.max.bytes", String.valueOf(128 * 1024 * 1024));
    settings.put("log.segment.delete.delay.ms", "1000");
    settings.put("auto.create.topics.enable", "false");
    settings.putAll(overrides);
    return settings;
  }

  @Override
  List<String> command() {
    return JavaCommand.of(
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-Dlogback.configurationFile=" + loggingFile(),
        "-cp",
        JavaCommand.classPath(),
        "kafka.Kafka",
        settingsFile().toString());
  }

  @Override
  boolean answers() {
    if (!accepts()) {
      return false;
    }
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    try (Admin admin = Admin.create(settings)) {
      return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size() == 1;
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while Kafka started", e);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(), port()), PROBE_MILLIS);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static final String LOGGING =
      """
      <configuration>
        <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d{ISO8601, UTC} %-5level %logger{0} %msg%n</pattern></encoder>
        </appender>
        <logger name="org.apache.kafka.common.config.AbstractConfig" level="WARN"/>
        <logger name="kafka.server.KafkaConfig" level="WARN"/>
        <root level="INFO"><appender-ref ref="OUT"/></root>
      </configuration>
      """;
}
