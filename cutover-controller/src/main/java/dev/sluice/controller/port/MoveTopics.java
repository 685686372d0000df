package dev.sluice.controller.port;

import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.List;
import java.util.Set;

/** What the controller does in Kafka and the registry, as {@link MoveServers}. Thread-safe. */
public interface MoveTopics {

  /** Runs every check that looks at Kafka and the registry. */
  List<Finding> preflight(WorkflowSpec spec, List<String> tables);

  /** Asks the registry whether it will take the schemas of the tables as they are planned. */
  List<Finding> schemas(WorkflowSpec spec, MovePlan plan);

  /** Creates the topics of the workflow's plan, where they are missing. */
  void create(WorkflowRecord record);

  /** Makes sure that the workflow's topics never expire; answers those that would have. */
  Set<String> keepForEver(WorkflowRecord record);

  /** Deletes the workflow's topics and groups; returns when they are gone. */
  void delete(WorkflowRecord record) throws InterruptedException;
}
