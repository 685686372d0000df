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

  /** What is to be deleted. */
  interface Deletion {

    /** Deletes it; returns when it is gone. */
    void run() throws InterruptedException;
  }

  /**
   * Finds the workflow's topics as they are now: the deletion leaves alone what is made under their
   * names from here on.
   */
  Deletion deletion(WorkflowRecord record);
}
