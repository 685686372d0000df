package dev.sluice.schemas.registry;

import dev.sluice.schemas.avro.TopicSchemas;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** {@link SchemaIds} and {@link SchemaRules} over the Confluent client. Thread-safe. */
public final class ConfluentSchemaIds implements SchemaIds, SchemaRules {

  /** Prefix of the properties that become headers of every request, as the serializers have it. */
  private static final String HEADER = "request.header.";

  private static final int NOT_FOUND = 404;
  private static final String NO_RULE = "NONE";

  private static final int CACHE_CAPACITY = 10_000;

  private final SchemaRegistryClient client;
  private final String url;
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

  public ConfluentSchemaIds(RegistrySettings settings) {
    this(
        new CachedSchemaRegistryClient(
            List.of(settings.url()),
            CACHE_CAPACITY,
            new HashMap<>(settings.properties()),
            headers(settings.properties())),
        settings.url());
  }

  private static Map<String, String> headers(Map<String, String> properties) {
    Map<String, String> headers = new HashMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(HEADER)) {
            headers.put(key.substring(HEADER.length()), value);
          }
        });
    return headers;
  }

  ConfluentSchemaIds(SchemaRegistryClient client, String url) {
    this.client = client;
    this.url = url;
  }

  @Override
  public int register(String subject, Schema schema) {
    // the text, not the object, is what the registry compares
    String text = schema.toString();
    Integer known = ids.get(subject + '\n' + text);
    if (known != null) {
      return known;
    }
    int id = call("register " + subject, () -> client.register(subject, new AvroSchema(text)));
    ids.put(subject + '\n' + text, id);
    schemas.put(id, schema);
    return id;
  }

  @Override
  public Schema byId(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Schema schema =
        call(
            "read schema " + id,
            () -> new Schema.Parser().parse(client.getSchemaById(id).canonicalString()));
    schemas.put(id, schema);
    return schema;
  }

  @Override
  public Map<String, String> refusals(TopicNames names, List<TableSchema> tables) {
    Map<String, Schema> schemas = TopicSchemas.of(names, tables);
    // one question for all: most subjects of a new workflow are not there
    Collection<String> present = call("list subjects", client::getAllSubjects);
    Map<String, String> refusals = new LinkedHashMap<>();
    schemas.forEach(
        (subject, schema) -> {
          if (present.contains(subject)) {
            call("check " + subject, () -> refusal(subject, schema))
                .ifPresent(reason -> refusals.put(subject, reason));
          }
        });
    return refusals;
  }

  private Optional<String> refusal(String subject, Schema schema)
      throws IOException, RestClientException {
    return client.testCompatibility(subject, new AvroSchema(schema.toString()))
        ? Optional.empty()
        : Optional.of(
            "another schema is registered there, and this one is not compatible with it at level "
                + level(subject));
  }

  @Override
  public String globalLevel() {
    return call("read the compatibility level", () -> client.getCompatibility(null));
  }

  /** Some registries answer 404 for a subject without a level of its own, others NONE. */
  private String level(String subject) throws IOException, RestClientException {
    try {
      String own = client.getCompatibility(subject);
      return own.equals(NO_RULE) ? client.getCompatibility(null) : own;
    } catch (RestClientException e) {
      if (e.getStatus() == NOT_FOUND) {
        return client.getCompatibility(null);
      }
      throw e;
    }
  }

  private interface RegistryCall<T> {
    T run() throws IOException, RestClientException;
  }

  private <T> T call(String what, RegistryCall<T> call) {
    try {
      return call.run();
    } catch (RestClientException e) {
      ErrorCode code = code(e.getStatus());
      throw new SluiceException(
          code, "schema registry " + url + ": " + what + ": " + e.getMessage(), remedy(code), e);
    } catch (IOException e) {
      throw new SluiceException(
          ErrorCode.REGISTRY_UNAVAILABLE,
          "schema registry " + url + " does not answer: " + what + ": " + e.getMessage(),
          "start the registry or correct registry.url; Sluice goes on by itself",
          e);
    }
  }

  private static ErrorCode code(int status) {
    if (status >= 500 || status == 408 || status == 429) {
      return ErrorCode.REGISTRY_UNAVAILABLE;
    }
    return status == 409 || status == 422
        ? ErrorCode.SCHEMA_REFUSED
        : ErrorCode.INVALID_CONFIGURATION;
  }

  private static String remedy(ErrorCode code) {
    return switch (code) {
      case REGISTRY_UNAVAILABLE -> "wait for the registry to recover; Sluice goes on by itself";
      case SCHEMA_REFUSED ->
          "give the subject the compatibility level NONE or delete it, if nobody else reads it;"
              + " else choose another workflow name";
      default -> "check registry.url and registry.properties in sluice.yaml";
    };
  }
}
