package dev.sluice.controller.workflow;

import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.lifecycle.Lifecycle;
import dev.sluice.controller.lifecycle.Transitions;
import dev.sluice.controller.lifecycle.Transitions.Cause;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides and acts for one workflow: a decision is written as a record, and what is done is done
 * from the record that was read back. Used by one thread; without threads of its own.
 */
public final class WorkflowEngine {

  /** Told of what happens; for metrics, logs and the status. */
  public interface Observer {

    void moved(WorkflowRecord before, WorkflowRecord after);

    void stage(String name);
  }

  private static final String SELF = "controller";

  private final String name;
  private final WorkflowRecords records;
  private final WorkflowSteps steps;
  private final Readiness readiness;
  private final Clock clock;
  private final Observer observer;

  WorkflowEngine(
      String name,
      WorkflowRecords records,
      WorkflowSteps steps,
      Readiness readiness,
      Clock clock,
      Observer observer) {
    this.name = name;
    this.records = records;
    this.steps = steps;
    this.readiness = readiness;
    this.clock = clock;
    this.observer = observer;
  }

  /** The record as it was read last. */
  WorkflowRecord record() {
    return records
        .find(name)
        .orElseThrow(() -> new IllegalStateException("workflow " + name + " has no record"));
  }

  /**
   * Takes an operator's command.
   *
   * @throws SluiceException ILLEGAL_STATE, or what the write ran into
   */
  Outcome command(Command command) throws InterruptedException {
    WorkflowRecord record = record();
    if (command.event() == Event.THROTTLE) {
      return throttle(record, command);
    }
    if (Lifecycle.isDone(record.state(), record.generation() > 0, command.event())) {
      return Outcome.already(name, record.state());
    }
    Instant start = clock.instant();
    Cause cause = new Cause(command.by(), command.reason(), start);
    WorkflowRecord next = Transitions.next(record, command.event(), cause, null);
    if (command.event() == Event.CANCEL) {
      next = next.keepingData(command.keepData());
    }
    if (command.dryRun()) {
      return new Outcome(name, record.state(), record.state(), planned(command));
    }
    WorkflowRecord written = write(record, next);
    long millis = clock.instant().toEpochMilli() - start.toEpochMilli();
    Outcome.Step step = new Outcome.Step(command.event().word(), start, millis, "done");
    return new Outcome(name, record.state(), written.state(), List.of(step));
  }

  private Outcome throttle(WorkflowRecord record, Command command) throws InterruptedException {
    WorkflowControls wanted = command.throttle().apply(record.controls());
    if (wanted.equals(record.controls())) {
      return Outcome.already(name, record.state());
    }
    Instant start = clock.instant();
    Cause cause = new Cause(command.by(), command.reason(), start);
    WorkflowRecord written = records.write(Transitions.throttled(record, wanted, cause));
    long millis = clock.instant().toEpochMilli() - start.toEpochMilli();
    Outcome.Step step = new Outcome.Step("throttle", start, millis, "done");
    return new Outcome(name, record.state(), written.state(), List.of(step));
  }

  private static List<Outcome.Step> planned(Command command) {
    if (command.event() != Event.CANCEL) {
      return List.of(Outcome.Step.planned(command.event().word()));
    }
    return WorkflowSteps.CANCEL.stream()
        .filter(step -> !(command.keepData() && step.equals("dropTables")))
        .map(Outcome.Step::planned)
        .toList();
  }

  /**
   * Does what the record asks for now, as far as it can be done now.
   *
   * @throws SluiceException retryable, to be called again later; or while cancelling, when only an
   *     operator can help
   */
  void advance() throws InterruptedException {
    WorkflowRecord record = record();
    switch (record.state()) {
      case CREATED -> prepare(record);
      case COPYING -> watchCopy(record);
      case RUNNING -> watchErrors(record);
      case CANCELLING -> cancel(record);
      default -> {
        // stopped, error: only an operator moves it on
      }
    }
  }

  private void prepare(WorkflowRecord record) throws InterruptedException {
    if (record.generation() == 0) {
      return;
    }
    try {
      steps.prepare(record, stage -> begin(record, stage));
    } catch (SluiceException e) {
      if (e.retryable() || e.code() == ErrorCode.FENCED) {
        throw e;
      }
      fail(record, UnitError.of(e));
      return;
    }
    move(record, Event.PREPARED, "target tables and topics are there");
  }

  private void watchCopy(WorkflowRecord record) throws InterruptedException {
    if (!watchErrors(record) && readiness.caughtUp(record, clock.instant())) {
      move(record, Event.CAUGHT_UP, "every stream and every applier is consistent");
    }
  }

  private boolean watchErrors(WorkflowRecord record) throws InterruptedException {
    Optional<UnitError> error = readiness.terminalError(record, clock.instant());
    if (error.isPresent()) {
      fail(record, error.get());
    }
    return error.isPresent();
  }

  private void cancel(WorkflowRecord record) throws InterruptedException {
    observer.stage("stopping units");
    if (readiness.unitsStopped(record, clock.instant())) {
      steps.remove(record, stage -> begin(record, stage));
      move(record, Event.CANCEL_DONE, "everything the workflow made is removed");
    }
  }

  /**
   * Before each step: a controller that was frozen and wakes up sees here that another one has gone
   * on, and leaves the servers alone.
   */
  private void begin(WorkflowRecord record, String stage) {
    WorkflowRecord now = record();
    if (!now.uuid().equals(record.uuid())
        || now.state() != record.state()
        || now.generation() != record.generation()) {
      throw new SluiceException(
          ErrorCode.FENCED,
          "workflow " + name + " was changed by another controller before: " + stage,
          "nothing: the other controller goes on");
    }
    observer.stage(stage);
  }

  private void fail(WorkflowRecord record, UnitError error) throws InterruptedException {
    Cause cause = new Cause(SELF, error.code() + ": " + error.message(), clock.instant());
    write(record, Transitions.next(record, Event.FAILED, cause, error));
  }

  private void move(WorkflowRecord record, Event event, String reason) throws InterruptedException {
    write(record, Transitions.next(record, event, new Cause(SELF, reason, clock.instant()), null));
  }

  private WorkflowRecord write(WorkflowRecord before, WorkflowRecord next)
      throws InterruptedException {
    WorkflowRecord written = records.write(next);
    if (before.state() != written.state()) {
      observer.moved(before, written);
    }
    observer.stage(null);
    return written;
  }

  /** True when nothing is left to do for ever. */
  boolean ended() {
    WorkflowState state = record().state();
    return state.ended();
  }
}
