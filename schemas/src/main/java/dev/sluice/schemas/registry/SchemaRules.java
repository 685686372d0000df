package dev.sluice.schemas.registry;

import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import java.util.List;
import java.util.Map;

/** What the registry's compatibility rules say before anything is registered. Thread-safe. */
public interface SchemaRules {

  /**
   * Why the registry would not take the schemas of one direction of a workflow, after what is
   * registered under their subjects.
   *
   * @param names of the direction
   * @param tables as they are planned
   * @return a reason for each subject that is refused; empty when all are taken
   * @throws dev.sluice.schemas.error.SluiceException REGISTRY_UNAVAILABLE when it does not answer
   */
  Map<String, String> refusals(TopicNames names, List<TableSchema> tables);

  /** The level that holds where a subject has none of its own, as the registry names it. */
  String globalLevel();
}
