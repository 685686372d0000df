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
          steps.add(
              "prove both sides equal: `sluice vdiff create "
                  + name
                  + " --wait`; then `sluice switch-traffic "
                  + name
                  + "`, or `sluice cancel "
                  + name
                  + "`");
      case SWITCHING, REVERSING ->
          steps.add("wait: the traffic changes sides; it is finished or undone by itself");
      case SWITCHED ->
          steps.add(
              "the target serves, the source follows: `sluice complete "
                  + name
                  + "` ends the move, `sluice reverse-traffic "
                  + name
                  + "` goes back");
      case COMPLETING -> steps.add("wait: the source's tables and what Sluice made are removed");
      case STOPPED, ERROR ->
          steps.add(
              start(name)
                  + ", or end it: `sluice "
                  + (record.cutover().writesOnTarget() ? "complete " : "cancel ")
                  + name
                  + "`");
      case CANCELLING -> steps.add("wait: what the workflow made is removed");
      default -> steps.add("nothing: the workflow has ended");
    }
    return steps;
  }

  private static String start(String name) {
    return "go on: `sluice start " + name + "`";
  }
}
