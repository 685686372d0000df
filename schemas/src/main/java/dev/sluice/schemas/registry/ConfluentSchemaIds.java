package dev.sluice.schemas.registry;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** {@link SchemaIds} over the Confluent client. Thread-safe. */
public final class ConfluentSchemaIds implements SchemaIds {

  private static final int CACHE_CAPACITY = 10_000;

  private static final int CONFLICT = 409;

  private final SchemaRegistryClient client;
  private final String url;
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final Set<String> changing = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

  public ConfluentSchemaIds(RegistrySettings settings) {
    this(
        new CachedSchemaRegistryClient(
            List.of(settings.url()), CACHE_CAPACITY, new HashMap<>(settings.properties())),
        settings.url());
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
    int id = registerChange(subject, schema, text);
    ids.put(subject + '\n' + text, id);
    schemas.put(id, schema);
    return id;
  }

  @Override
  public void allowAnyChange(String subject) {
    changing.add(subject);
  }

  /** A change that the subject's rule refuses gets a subject of its own; readers go by the id. */
  private int registerChange(String subject, Schema schema, String text) {
    try {
      return client.register(subject, new AvroSchema(text));
    } catch (RestClientException e) {
      if (e.getStatus() != CONFLICT || !changing.contains(subject)) {
        throw refused("register " + subject, e);
      }
    } catch (IOException e) {
      throw silent("register " + subject, e);
    }
    String own = subject + "-" + Long.toHexString(SchemaNormalization.parsingFingerprint64(schema));
    return call("register " + own, () -> client.register(own, new AvroSchema(text)));
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

  private interface RegistryCall<T> {
    T run() throws IOException, RestClientException;
  }

  private <T> T call(String what, RegistryCall<T> call) {
    try {
      return call.run();
    } catch (RestClientException e) {
      throw refused(what, e);
    } catch (IOException e) {
      throw silent(what, e);
    }
  }

  private SluiceException refused(String what, RestClientException e) {
    boolean serverSide = e.getStatus() >= 500 || e.getStatus() == 408 || e.getStatus() == 429;
    return new SluiceException(
        serverSide ? ErrorCode.REGISTRY_UNAVAILABLE : ErrorCode.INVALID_CONFIGURATION,
        "schema registry " + url + ": " + what + ": " + e.getMessage(),
        serverSide
            ? "wait for the registry to recover; Sluice goes on by itself"
            : "check the registry's compatibility rule and who else writes this subject",
        e);
  }

  private SluiceException silent(String what, IOException e) {
    return new SluiceException(
        ErrorCode.REGISTRY_UNAVAILABLE,
        "schema registry " + url + " does not answer: " + what + ": " + e.getMessage(),
        "start the registry or correct registry.url; Sluice goes on by itself",
        e);
  }
}
