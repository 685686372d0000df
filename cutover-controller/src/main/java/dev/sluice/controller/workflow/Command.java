package dev.sluice.controller.workflow;

import dev.sluice.controller.cutover.SwitchOptions;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.schemas.workflow.WorkflowControls;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What an operator asks of a workflow.
 *
 * @param event a command
 * @param by token name or address
 * @param keepData cancel only: the rows on the target stay
 * @param dryRun only say what would be done
 * @param throttle throttle only: makes the controls wanted from those at hand
 * @param change SWITCH_TRAFFIC and REVERSE_TRAFFIC only
 * @param renameTables COMPLETE only: the source's tables are renamed, not dropped
 */
public record Command(
    Event event,
    String by,
    String reason,
    boolean keepData,
    boolean dryRun,
    UnaryOperator<WorkflowControls> throttle,
    SwitchOptions change,
    boolean renameTables) {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A throttle. */
  public static Command throttling(
      String by, String reason, UnaryOperator<WorkflowControls> throttle) {
    return new Command(Event.THROTTLE, by, reason, false, false, throttle, null, false);
  }

  /** A change of traffic. */
  public static Command changing(
      Event event, String by, String reason, boolean dryRun, SwitchOptions options) {
    return new Command(event, by, reason, false, dryRun, UnaryOperator.identity(), options, false);
  }

  /** A completion. */
  public static Command completing(
      String by, String reason, boolean keepData, boolean renameTables, boolean dryRun) {
    return new Command(
        Event.COMPLETE, by, reason, keepData, dryRun, UnaryOperator.identity(), null, renameTables);
  }

  /** How long it may take: a change of traffic also has to wait for servers, and to be undone. */
  Duration limit() {
    return change == null ? LIMIT : change.timeout().plus(LIMIT);
  }

  /** A command without more to say. */
  public Command(Event event, String by, String reason, boolean keepData, boolean dryRun) {
    this(event, by, reason, keepData, dryRun, UnaryOperator.identity(), null, false);
  }

  public Command {
    if (!event.command()) {
      throw new IllegalArgumentException(event + " is not a command");
    }
  }
}
