package dev.sluice.schemas.avro;

import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.table.TableSchema;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes encoders and decoders of data topics: Sluice's own writing of the Confluent wire format, or
 * the serializer classes that {@code registry.properties} names ({@code key.serializer}, {@code
 * value.serializer}, {@code key.deserializer}, {@code value.deserializer}). Thread-safe; what it
 * makes is not.
 */
public final class ChangeCodecs {

  private final RegistrySettings settings;
  private final SchemaIds ids;

  public ChangeCodecs(RegistrySettings settings, SchemaIds ids) {
    this.settings = settings;
    this.ids = ids;
  }

  /** Sluice's own writing of the wire format, with these ids. */
  public static ChangeCodecs wire(SchemaIds ids) {
    return new ChangeCodecs(new RegistrySettings("", Map.of()), ids);
  }

  /** Schema ids, for cuts and for whoever needs them. */
  public SchemaIds ids() {
    return ids;
  }

  /**
   * An encoder for a table's topic.
   *
   * @throws dev.sluice.schemas.error.SluiceException when the registry does not take the schemas
   * @throws ConfigException when a configured class is not a serializer
   */
  public ChangeEncoder encoder(String topic, TableSchema table) {
    if (settings.properties().get("value.serializer") == null) {
      return new WireChangeEncoder(topic, table, ids);
    }
    return new SerializerChangeEncoder(
        topic, table, serializer("key.serializer", true), serializer("value.serializer", false));
  }

  /**
   * A decoder for a table's topic.
   *
   * @throws ConfigException when a configured class is not a deserializer
   */
  public ChangeDecoder decoder(String topic, TableSchema table) {
    if (settings.properties().get("value.deserializer") == null) {
      return new WireChangeDecoder(table, ids);
    }
    return new DeserializerChangeDecoder(
        topic,
        table,
        deserializer("key.deserializer", true),
        deserializer("value.deserializer", false));
  }

  @SuppressWarnings("unchecked") // whatever the class is declared for, it is given generic records
  private Serializer<Object> serializer(String property, boolean forKey) {
    Serializer<Object> serializer = (Serializer<Object>) create(property, Serializer.class);
    serializer.configure(configuration(), forKey);
    return serializer;
  }

  @SuppressWarnings("unchecked") // as above
  private Deserializer<Object> deserializer(String property, boolean forKey) {
    Deserializer<Object> deserializer = (Deserializer<Object>) create(property, Deserializer.class);
    deserializer.configure(configuration(), forKey);
    return deserializer;
  }

  private <T> T create(String property, Class<T> type) {
    String name = settings.properties().get(property);
    if (name == null) {
      throw new ConfigException(
          "registry.properties." + property, null, "is needed beside its partner");
    }
    try {
      return Utils.newInstance(name, type);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(
          "registry.properties." + property, name, "is not on the class path");
    }
  }

  private Map<String, Object> configuration() {
    Map<String, Object> configuration = new HashMap<>(settings.properties());
    configuration.put("schema.registry.url", settings.url());
    return configuration;
  }
}
