package dev.sluice.schemas.registry;

import java.util.Map;
import org.apache.avro.Schema;

/** What the registry's compatibility rules say before anything is registered. Thread-safe. */
public interface SchemaRules {

  /**
   * Why the registry would not take schemas, after what is registered under their subjects.
   *
   * @param schemas by subject
   * @return a reason for each subject that is refused; empty when all are taken
   * @throws dev.sluice.schemas.error.SluiceException REGISTRY_UNAVAILABLE when it does not answer
   */
  Map<String, String> refusals(Map<String, Schema> schemas);

  /** The level that holds where a subject has none of its own, as the registry names it. */
  String globalLevel();
}
