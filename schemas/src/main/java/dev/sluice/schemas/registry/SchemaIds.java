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

  /**
   * DDL has changed the subject's table: a schema that the subject's rule of compatibility refuses
   * is registered under {@code <subject>-<fingerprint>} from now on. Records are read by the id of
   * the schema that they were written with.
   */
  default void allowAnyChange(String subject) {}

  /** The schema of an id. */
  Schema byId(int id);
}
