package dev.sluice.controller.status;

import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.ArrayList;
import java.util.List;

/** Says what an operator does next. Stateless. */
final class NextSteps {

  private NextSteps() {}

  static List<String> of(WorkflowRecord record, UnitError error) {
    List<String> steps = new ArrayList<>();
    if (error != null && !error.remedy().isBlank()) {
      steps.add(error.remedy());
    }
    String name = record.name();
    switch (record.state()) {
      case CREATED ->
          steps.add(
              record.generation() > 0 ? "wait: target tables and topics are made" : start(name));
      case COPYING ->
          steps.add("wait: rows are copied; watch with `sluice status " + name + " --watch`");
      case RUNNING ->
          steps.add("the target follows the source; `sluice cancel " + name + "` ends the move");
      case STOPPED, ERROR -> steps.add(start(name) + ", or end it: `sluice cancel " + name + "`");
      case CANCELLING -> steps.add("wait: what the workflow made is removed");
      default -> steps.add("nothing: the workflow has ended");
    }
    return steps;
  }

  private static String start(String name) {
    return "go on: `sluice start " + name + "`";
  }
}
