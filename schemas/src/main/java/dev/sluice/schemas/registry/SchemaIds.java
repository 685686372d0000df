package dev.sluice.schemas.registry;

import org.apache.avro.Schema;

/**
 * The schema registry, as far as Sluice needs it: ids for schemas and back. Implementations are
 * thread-safe and cache.
 *
 * <p>Both methods throw {@code SluiceException} REGISTRY_UNAVAILABLE (retryable) when the registry
 * does not answer, SCHEMA_REFUSED when its rules refuse a schema, and INVALID_CONFIGURATION when it
 * refuses us.
 */
public interface SchemaIds {

  /** Id of the schema under the subject, registered if it was not. */
  int register(String subject, Schema schema);

  /** The schema of an id. */
  Schema byId(int id);
}
