package dev.sluice.controller.lifecycle;

import static dev.sluice.controller.lifecycle.Event.CANCEL;
import static dev.sluice.controller.lifecycle.Event.CANCEL_DONE;
import static dev.sluice.controller.lifecycle.Event.CAUGHT_UP;
import static dev.sluice.controller.lifecycle.Event.COMMITTED;
import static dev.sluice.controller.lifecycle.Event.COMPLETE;
import static dev.sluice.controller.lifecycle.Event.COMPLETE_DONE;
import static dev.sluice.controller.lifecycle.Event.FAILED;
import static dev.sluice.controller.lifecycle.Event.PREPARED;
import static dev.sluice.controller.lifecycle.Event.RECOPY;
import static dev.sluice.controller.lifecycle.Event.RELEASED;
import static dev.sluice.controller.lifecycle.Event.REVERSE_TRAFFIC;
import static dev.sluice.controller.lifecycle.Event.START;
import static dev.sluice.controller.lifecycle.Event.STOP;
import static dev.sluice.controller.lifecycle.Event.SWITCH_TRAFFIC;
import static dev.sluice.controller.lifecycle.Event.THROTTLE;
import static dev.sluice.controller.lifecycle.Event.UNDONE;
import static dev.sluice.controller.lifecycle.Guard.ALL_ON_SOURCE;
import static dev.sluice.controller.lifecycle.Guard.ALWAYS;
import static dev.sluice.controller.lifecycle.Guard.CHANGE_OVER;
import static dev.sluice.controller.lifecycle.Guard.READS_ALONE;
import static dev.sluice.controller.lifecycle.Guard.WRITES_ON_SOURCE;
import static dev.sluice.controller.lifecycle.Guard.WRITES_ON_TARGET;
import static dev.sluice.schemas.workflow.WorkflowState.CANCELLED;
import static dev.sluice.schemas.workflow.WorkflowState.CANCELLING;
import static dev.sluice.schemas.workflow.WorkflowState.COMPLETED;
import static dev.sluice.schemas.workflow.WorkflowState.COMPLETING;
import static dev.sluice.schemas.workflow.WorkflowState.COPYING;
import static dev.sluice.schemas.workflow.WorkflowState.CREATED;
import static dev.sluice.schemas.workflow.WorkflowState.ERROR;
import static dev.sluice.schemas.workflow.WorkflowState.REVERSING;
import static dev.sluice.schemas.workflow.WorkflowState.RUNNING;
import static dev.sluice.schemas.workflow.WorkflowState.STOPPED;
import static dev.sluice.schemas.workflow.WorkflowState.SWITCHED;
import static dev.sluice.schemas.workflow.WorkflowState.SWITCHING;

import dev.sluice.schemas.workflow.WorkflowRecord;
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
   * @param guard what else must hold
   */
  public record Rule(WorkflowState from, Event event, WorkflowState to, Guard guard) {

    private Rule(WorkflowState from, Event event, WorkflowState to) {
      this(from, event, to, ALWAYS);
    }
  }

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
          new Rule(RUNNING, STOP, STOPPED, CHANGE_OVER),
          new Rule(RUNNING, FAILED, ERROR, CHANGE_OVER),
          new Rule(RUNNING, CANCEL, CANCELLING, CHANGE_OVER),
          new Rule(RUNNING, SWITCH_TRAFFIC, SWITCHING, CHANGE_OVER),
          new Rule(RUNNING, SWITCH_TRAFFIC, RUNNING, READS_ALONE),
          new Rule(RUNNING, REVERSE_TRAFFIC, RUNNING, READS_ALONE),
          new Rule(RUNNING, RELEASED, RUNNING),
          new Rule(SWITCHING, COMMITTED, SWITCHED),
          new Rule(SWITCHING, UNDONE, RUNNING),
          new Rule(SWITCHED, RELEASED, SWITCHED),
          new Rule(SWITCHED, REVERSE_TRAFFIC, REVERSING, CHANGE_OVER),
          new Rule(SWITCHED, REVERSE_TRAFFIC, SWITCHED, READS_ALONE),
          new Rule(SWITCHED, SWITCH_TRAFFIC, SWITCHED, READS_ALONE),
          new Rule(SWITCHED, STOP, STOPPED, CHANGE_OVER),
          new Rule(SWITCHED, FAILED, ERROR, CHANGE_OVER),
          new Rule(SWITCHED, COMPLETE, COMPLETING, CHANGE_OVER),
          new Rule(REVERSING, COMMITTED, RUNNING),
          new Rule(REVERSING, UNDONE, SWITCHED),
          new Rule(STOPPED, START, STATE_LEFT),
          new Rule(STOPPED, CANCEL, CANCELLING, WRITES_ON_SOURCE),
          new Rule(ERROR, START, STATE_LEFT),
          new Rule(ERROR, STOP, STOPPED),
          new Rule(ERROR, CANCEL, CANCELLING, WRITES_ON_SOURCE),
          new Rule(ERROR, COMPLETE, COMPLETING, WRITES_ON_TARGET),
          new Rule(STOPPED, COMPLETE, COMPLETING, WRITES_ON_TARGET),
          new Rule(CREATED, RECOPY, CREATED),
          new Rule(COPYING, RECOPY, CREATED),
          new Rule(RUNNING, RECOPY, CREATED, ALL_ON_SOURCE),
          new Rule(STOPPED, RECOPY, CREATED, ALL_ON_SOURCE),
          new Rule(ERROR, RECOPY, CREATED, ALL_ON_SOURCE),
          new Rule(CREATED, THROTTLE, CREATED),
          new Rule(COPYING, THROTTLE, COPYING),
          new Rule(RUNNING, THROTTLE, RUNNING),
          new Rule(SWITCHED, THROTTLE, SWITCHED, CHANGE_OVER),
          new Rule(STOPPED, THROTTLE, STOPPED),
          new Rule(ERROR, THROTTLE, ERROR),
          new Rule(CANCELLING, CANCEL_DONE, CANCELLED),
          new Rule(COMPLETING, COMPLETE_DONE, COMPLETED));

  private Lifecycle() {}

  /** Every transition there is. */
  public static List<Rule> rules() {
    return RULES;
  }

  /** The rules for an event in a state; none when the event is not legal there. */
  static List<Rule> rules(WorkflowState from, Event event) {
    return RULES.stream().filter(rule -> rule.from() == from && rule.event() == event).toList();
  }

  /**
   * The rule that a record meets with an event; empty when the event is not legal now.
   *
   * @param readsAlone of a change of traffic: that writes stay where they are
   */
  public static Optional<Rule> rule(WorkflowRecord record, Event event, boolean readsAlone) {
    return rules(record.state(), event).stream()
        .filter(rule -> rule.guard().holds(record, readsAlone))
        .findFirst();
  }

  /**
   * Commands that are legal now and change something, by their words; a copy that begins again is a
   * form of {@code start}.
   */
  public static List<String> legalActions(WorkflowRecord record) {
    return Arrays.stream(Event.values())
        .filter(event -> event.command() && event != Event.RECOPY)
        .filter(event -> legal(record, event) && !isDone(record, event))
        .map(Event::word)
        .toList();
  }

  private static boolean legal(WorkflowRecord record, Event event) {
    return switch (event) {
      case SWITCH_TRAFFIC -> record.cutover().onTarget().size() < 3 && either(record, event);
      case REVERSE_TRAFFIC -> !record.cutover().onTarget().isEmpty() && either(record, event);
      default -> rule(record, event, false).isPresent();
    };
  }

  private static boolean either(WorkflowRecord record, Event event) {
    return rule(record, event, false).isPresent() || rule(record, event, true).isPresent();
  }

  /** True when what the command asks for is so already; a change of traffic tells by itself. */
  public static boolean isDone(WorkflowRecord record, Event command) {
    WorkflowState state = record.state();
    boolean started = record.generation() > 0;
    return switch (command) {
      case START ->
          Set.of(COPYING, RUNNING, SWITCHING, SWITCHED, REVERSING).contains(state)
              || state == CREATED && started;
      // asked for twice it begins again once
      case RECOPY ->
          state == CREATED && started || state == COPYING && record.controls().copyRun() > 0;
      case STOP -> state == STOPPED;
      case CANCEL -> Set.of(CANCELLING, CANCELLED).contains(state);
      case COMPLETE -> Set.of(COMPLETING, COMPLETED).contains(state);
      default -> false;
    };
  }
}
