package dev.sluice.controller.lifecycle;

import static dev.sluice.controller.lifecycle.Event.CANCEL;
import static dev.sluice.controller.lifecycle.Event.CANCEL_DONE;
import static dev.sluice.controller.lifecycle.Event.CAUGHT_UP;
import static dev.sluice.controller.lifecycle.Event.FAILED;
import static dev.sluice.controller.lifecycle.Event.PREPARED;
import static dev.sluice.controller.lifecycle.Event.RECOPY;
import static dev.sluice.controller.lifecycle.Event.START;
import static dev.sluice.controller.lifecycle.Event.STOP;
import static dev.sluice.controller.lifecycle.Event.THROTTLE;
import static dev.sluice.schemas.workflow.WorkflowState.CANCELLED;
import static dev.sluice.schemas.workflow.WorkflowState.CANCELLING;
import static dev.sluice.schemas.workflow.WorkflowState.COPYING;
import static dev.sluice.schemas.workflow.WorkflowState.CREATED;
import static dev.sluice.schemas.workflow.WorkflowState.ERROR;
import static dev.sluice.schemas.workflow.WorkflowState.RUNNING;
import static dev.sluice.schemas.workflow.WorkflowState.STOPPED;

import dev.sluice.schemas.workflow.WorkflowState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The lifecycle as data: which event leads from which state to which. Stateless. */
public final class Lifecycle {

  /**
   * One transition.
   *
   * @param to the state entered; null for the state that was left when the workflow stopped or
   *     failed
   */
  public record Rule(WorkflowState from, Event event, WorkflowState to) {}

  private static final WorkflowState STATE_LEFT = null;

  private static final List<Rule> RULES =
      List.of(
          new Rule(CREATED, START, CREATED),
          new Rule(CREATED, PREPARED, COPYING),
          new Rule(CREATED, STOP, STOPPED),
          new Rule(CREATED, FAILED, ERROR),
          new Rule(CREATED, CANCEL, CANCELLING),
          new Rule(COPYING, CAUGHT_UP, RUNNING),
          new Rule(COPYING, STOP, STOPPED),
          new Rule(COPYING, FAILED, ERROR),
          new Rule(COPYING, CANCEL, CANCELLING),
          new Rule(RUNNING, STOP, STOPPED),
          new Rule(RUNNING, FAILED, ERROR),
          new Rule(RUNNING, CANCEL, CANCELLING),
          new Rule(STOPPED, START, STATE_LEFT),
          new Rule(STOPPED, CANCEL, CANCELLING),
          new Rule(ERROR, START, STATE_LEFT),
          new Rule(ERROR, STOP, STOPPED),
          new Rule(ERROR, CANCEL, CANCELLING),
          new Rule(CREATED, RECOPY, CREATED),
          new Rule(COPYING, RECOPY, CREATED),
          new Rule(RUNNING, RECOPY, CREATED),
          new Rule(STOPPED, RECOPY, CREATED),
          new Rule(ERROR, RECOPY, CREATED),
          new Rule(CREATED, THROTTLE, CREATED),
          new Rule(COPYING, THROTTLE, COPYING),
          new Rule(RUNNING, THROTTLE, RUNNING),
          new Rule(STOPPED, THROTTLE, STOPPED),
          new Rule(ERROR, THROTTLE, ERROR),
          new Rule(CANCELLING, CANCEL_DONE, CANCELLED));

  private Lifecycle() {}

  /** Every transition there is. */
  public static List<Rule> rules() {
    return RULES;
  }

  /** The rule for an event in a state; empty when the event is not legal there. */
  public static Optional<Rule> rule(WorkflowState from, Event event) {
    return RULES.stream().filter(rule -> rule.from() == from && rule.event() == event).findFirst();
  }

  /**
   * Commands that are legal in a state and change something, by their words; a copy that begins
   * again is a form of {@code start}.
   */
  public static List<String> legalActions(WorkflowState state, boolean started) {
    return Arrays.stream(Event.values())
        .filter(event -> event.command() && event != Event.RECOPY)
        .filter(event -> rule(state, event).isPresent() && !isDone(state, started, event))
        .map(Event::word)
        .toList();
  }

  /**
   * True when what the command asks for is so already.
   *
   * @param started the workflow has been started since it was created
   */
  public static boolean isDone(WorkflowState state, boolean started, Event command) {
    return switch (command) {
      case START -> state == COPYING || state == RUNNING || state == CREATED && started;
      // a copy under way need not begin again
      case RECOPY -> state == COPYING || state == CREATED && started;
      case STOP -> state == STOPPED;
      case CANCEL -> Set.of(CANCELLING, CANCELLED).contains(state);
      default -> false;
    };
  }
}
