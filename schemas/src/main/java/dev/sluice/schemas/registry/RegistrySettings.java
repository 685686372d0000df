package dev.sluice.schemas.registry;

import java.util.Map;
import java.util.Objects;

/**
 * The {@code registry} part of sluice.yaml.
 *
 * @param url base URL of a Confluent-compatible registry
 * @param properties passed to the client; {@code key.serializer}, {@code value.serializer}, {@code
 *     key.deserializer} and {@code value.deserializer} name classes to use instead of Sluice's own
 *     writing of the wire format
 */
public record RegistrySettings(String url, Map<String, String> properties) {

  public RegistrySettings {
    Objects.requireNonNull(url, "url");
    properties = Map.copyOf(properties);
  }

  @Override
  public String toString() {
    return "RegistrySettings[" + url + "]";
  }
}
