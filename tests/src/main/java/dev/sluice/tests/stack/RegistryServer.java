package dev.sluice.tests.stack;

/** The stack's schema registry, spoken to in Confluent's protocol. */
public interface RegistryServer extends StackServer {
  /** What clients put into {@code schema.registry.url}. */
  default String url() {
    return "http://" + host() + ":" + port() + "/apis/ccompat/v7";
  }
}
