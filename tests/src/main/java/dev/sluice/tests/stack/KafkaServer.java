package dev.sluice.tests.stack;

/** The stack's single Kafka broker. */
public interface KafkaServer extends StackServer {
  /** What clients put into {@code bootstrap.servers}. */
  default String bootstrapServers() {
    return host() + ":" + port();
  }
}
