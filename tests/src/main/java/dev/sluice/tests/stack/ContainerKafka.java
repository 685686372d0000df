package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that is its own controller, in a container. Its clients are outside: the address
 * they are told leads nowhere inside the container, so that the broker, which asks itself about
 * transactions, has a listener of its own.
 */
final class ContainerKafka extends ContainerServer implements KafkaServer {
  private static final int PORT = 9092;
  private static final int CONTROLLER_PORT = 9093;
  private static final int LINK_PORT = 9094;
  private static final int OWN_PORT = 9095;

  /**
   * @param behindLink the port of this machine a link connects to, or 0
   * @param link the port of the link, or 0
   */
  ContainerKafka(
      int port, int behindLink, int link, Path stackDirectory, Map<String, String> overrides) {
    super("kafka", port, PORT, stackDirectory, ContainerImages.KAFKA);
    String own = ",OWN://localhost:" + OWN_PORT;
    String listeners =
        "PLAINTEXT://0.0.0.0:" + PORT + ",CONTROLLER://localhost:" + CONTROLLER_PORT + own;
    String advertised = "PLAINTEXT://127.0.0.1:" + port + own;
    if (link != 0) {
      publish(LINK_PORT, behindLink);
      listeners += ",LINK://0.0.0.0:" + LINK_PORT;
      advertised += ",LINK://127.0.0.1:" + link;
    }
    container().withEnv("CLUSTER_ID", Uuid.randomUuid().toString());
    container().withEnv("KAFKA_HEAP_OPTS", "-Xmx512m");
    KafkaBrokerSettings.common().forEach(this::set);
    set("controller.quorum.voters", "1@localhost:" + CONTROLLER_PORT);
    set("inter.broker.listener.name", "OWN");
    set(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT,OWN:PLAINTEXT");
    set("listeners", listeners);
    set("advertised.listeners", advertised);
    overrides.forEach(this::set);
  }

  /** The image takes broker settings from variables of this form. */
  private void set(String key, String value) {
    container().withEnv("KAFKA_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value);
  }

  @Override
  boolean answers() {
    return ServerProbes.answers(this);
  }
}
