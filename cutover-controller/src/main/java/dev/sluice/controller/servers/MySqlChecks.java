package dev.sluice.controller.servers;

import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.List;
import java.util.Map;

/** The checks that look at MySQL. */
@FunctionalInterface
public interface MySqlChecks {

  List<Finding> run(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> tables,
      Map<String, VindexSpec> targetVindexes);
}
