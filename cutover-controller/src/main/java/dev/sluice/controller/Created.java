package dev.sluice.controller;

import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.List;

/**
 * A workflow that was created.
 *
 * @param warnings what preflight found that does not stand in the way: also everything that the
 *     move leaves behind
 */
public record Created(WorkflowRecord record, List<Finding> warnings) {

  public Created {
    warnings = List.copyOf(warnings);
  }
}
