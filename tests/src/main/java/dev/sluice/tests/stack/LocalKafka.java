package dev.sluice.tests.stack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that is its own controller (KRaft), as a process of the local stack. A second
 * listener tells its clients the address of the network link, if there is one: clients that come
 * through the link stay on it.
 */
final class LocalKafka extends LocalServer implements KafkaServer {
  /**
   * @param controller the controller's port
   * @param behindLink the listener a link connects to, or 0
   * @param link the port of the link, or 0
   */
  record KafkaPorts(int controller, int behindLink, int link) {}

  private final KafkaPorts ports;
  private final Map<String, String> overrides;
  private final List<String> javaOptions;

  LocalKafka(
      int port,
      KafkaPorts ports,
      Path stackDirectory,
      Map<String, String> overrides,
      List<String> javaOptions) {
    super("kafka", port, stackDirectory);
    this.javaOptions = List.copyOf(javaOptions);
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
    boolean linked = ports.link() != 0;
    String listeners =
        "PLAINTEXT://127.0.0.1:" + port() + ",CONTROLLER://127.0.0.1:" + ports.controller();
    String advertised = "PLAINTEXT://127.0.0.1:" + port();
    Properties settings = new Properties();
    settings.putAll(KafkaBrokerSettings.common());
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + ports.controller());
    settings.put(
        "listeners", linked ? listeners + ",LINK://127.0.0.1:" + ports.behindLink() : listeners);
    settings.put(
        "advertised.listeners",
        linked ? advertised + ",LINK://127.0.0.1:" + ports.link() : advertised);
    settings.put("log.dirs", directory().resolve("log").toString());
    settings.putAll(overrides);
    return settings;
  }

  @Override
  List<String> command() {
    List<String> arguments = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    arguments.addAll(JavaCommand.buildOptions());
    arguments.addAll(javaOptions);
    arguments.addAll(
        List.of(
            "-Dlogback.configurationFile=" + loggingFile(),
            "-cp",
            JavaCommand.libraryPath(),
            "kafka.Kafka",
            settingsFile().toString()));
    return JavaCommand.of(arguments);
  }

  /** Options that let the broker start with its class archive. */
  static List<String> archiveOptions(ClassArchive archive) {
    return archive.options(
        "kafka",
        JavaCommand.libraryPath(),
        (directory, options) -> {
          Ports ports = new Ports(0);
          KafkaPorts kafkaPorts = new KafkaPorts(ports.take(), 0, 0);
          return new LocalKafka(ports.take(), kafkaPorts, directory, Map.of(), options);
        });
  }

  @Override
  boolean answers() {
    return ServerProbes.answers(this);
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
