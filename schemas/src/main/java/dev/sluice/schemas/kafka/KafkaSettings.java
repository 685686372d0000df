package dev.sluice.schemas.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The {@code kafka} part of sluice.yaml, and the one place where client configurations begin.
 *
 * @param bootstrapServers host:port list
 * @param properties any client property, passed to every client; may hold secrets, so never printed
 * @param recordMaxBytes largest record, {@code topics.record.max-bytes}, bytes
 */
public record KafkaSettings(
    String bootstrapServers, Map<String, String> properties, int recordMaxBytes) {

  /** Default of {@code topics.record.max-bytes}. */
  public static final int DEFAULT_RECORD_MAX_BYTES = 32 << 20;

  public KafkaSettings {
    Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    properties = Map.copyOf(properties);
  }

  /** Configuration common to all clients: a new, modifiable map. */
  public Map<String, Object> client(String clientId) {
    Map<String, Object> config = new HashMap<>(properties);
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    return config;
  }

  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + "]";
  }
}
