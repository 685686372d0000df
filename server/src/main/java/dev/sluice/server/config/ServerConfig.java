package dev.sluice.server.config;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicSettings;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.registry.RegistrySettings;
import java.util.Map;
import java.util.Objects;

/**
 * sluice.yaml. Immutable.
 *
 * @param sidecar name of the schema that Sluice owns on every primary
 * @param keyspaces by name
 */
public record ServerConfig(
    KafkaSettings kafka,
    RegistrySettings registry,
    HttpSettings http,
    String sidecar,
    TopicSettings topics,
    Map<String, Keyspace> keyspaces) {

  public ServerConfig {
    Objects.requireNonNull(kafka, "kafka");
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(http, "http");
    keyspaces = Map.copyOf(keyspaces);
  }

  /** This configuration with another {@code http} part. */
  public ServerConfig withHttp(HttpSettings other) {
    return new ServerConfig(kafka, registry, other, sidecar, topics, keyspaces);
  }
}
