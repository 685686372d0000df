package dev.sluice.controller.workflow;

import dev.sluice.controller.lifecycle.Event;
import dev.sluice.schemas.workflow.WorkflowControls;
import java.util.function.UnaryOperator;

/**
 * What an operator asks of a workflow.
 *
 * @param event START, STOP, CANCEL, RECOPY or THROTTLE
 * @param by token name or address
 * @param keepData cancel only: the rows on the target stay
 * @param dryRun only say what would be done
 * @param throttle throttle only: makes the controls wanted from those at hand
 */
public record Command(
    Event event,
    String by,
    String reason,
    boolean keepData,
    boolean dryRun,
    UnaryOperator<WorkflowControls> throttle) {

  /** A command that is no throttle. */
  public Command(Event event, String by, String reason, boolean keepData, boolean dryRun) {
    this(event, by, reason, keepData, dryRun, UnaryOperator.identity());
  }

  public Command {
    if (!event.command()) {
      throw new IllegalArgumentException(event + " is not a command");
    }
  }
}
