package dev.sluice.controller.workflow;

import dev.sluice.controller.lifecycle.Event;

/**
 * What an operator asks of a workflow.
 *
 * @param event START, STOP or CANCEL
 * @param by token name or address
 * @param keepData cancel only: the rows on the target stay
 * @param dryRun only say what would be done
 */
public record Command(Event event, String by, String reason, boolean keepData, boolean dryRun) {

  public Command {
    if (!event.command()) {
      throw new IllegalArgumentException(event + " is not a command");
    }
  }
}
