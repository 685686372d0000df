package dev.sluice.schemas.registry;

import org.apache.avro.Schema;

/**
 * The schema registry, as far as Sluice needs it: ids for schemas and back. Implementations are
 * thread-safe and cache.
 *
 * <p>Both methods throw {@code SluiceException} REGISTRY_UNAVAILABLE (retryable) when the registry
 * does not answer and INVALID_CONFIGURATION when it refuses.
 */
public interface SchemaIds {

  /** Id of the schema under the subject, registered if it was not. */
  int register(String subject, Schema schema);

  /**
   * Lets the subject take schemas that readers of older ones could not use: DDL has changed a
   * table, and only Sluice reads its topics, by the schema each record was written with.
   */
  default void allowAnyChange(String subject) {}

  /** The schema of an id. */
  Schema byId(int id);
}
