package dev.sluice.controller.workflow;

import dev.sluice.controller.cutover.DenialKeeper;
import dev.sluice.controller.cutover.PreconditionException;
import dev.sluice.controller.cutover.TrafficSwitch;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.lifecycle.Lifecycle;
import dev.sluice.controller.lifecycle.Transitions;
import dev.sluice.controller.lifecycle.Transitions.Cause;
import dev.sluice.controller.port.RulesChange;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.status.WorkflowStatus.ErrorView;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    /**
     * @param direction forward: of a switch to the target
     * @param seconds that a change of traffic kept writes waiting
     */
    default void writesBlocked(Direction direction, double seconds) {}
  }

  private static final String SELF = "controller";

  /** A server that is away costs commands of this workflow the time to find that out. */
  private static final Duration RAISE_PAUSE = Duration.ofSeconds(15);

  private static final List<TabletType> ALL = List.of(TabletType.values());

  private final String name;
  private final WorkflowRecords records;
  private final WorkflowSteps steps;
  private final Readiness readiness;
  private final Clock clock;
  private final Observer observer;
  private final TrafficSwitch traffic;
  private final DenialKeeper denials;
  private boolean raised;
  private Instant raiseAgain = Instant.MIN;

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
    this.traffic = new TrafficSwitch(switchTools());
    this.denials = new DenialKeeper(steps.cutover(), clock);
  }

  private TrafficSwitch.Tools switchTools() {
    return new TrafficSwitch.Tools(
        new TrafficSwitch.Journal() {
          @Override
          public WorkflowRecord write(WorkflowRecord next, RoutingChange rules)
              throws InterruptedException {
            return WorkflowEngine.this.write(record(), next, rules);
          }

          @Override
          public boolean usable() {
            return records.usable();
          }

          @Override
          public RoutingTable routing() {
            return records.routing();
          }
        },
        steps.cutover(),
        steps.statuses(),
        steps.pausePoints(),
        clock,
        new TrafficSwitch.SwitchObserver() {
          @Override
          public void stage(String doing) {
            observer.stage(doing);
          }

          @Override
          public void writesBlocked(Direction direction, double seconds) {
            observer.writesBlocked(direction, seconds);
          }
        });
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
   * @throws dev.sluice.controller.cutover.PreconditionException when something else stands in the
   *     way
   * @throws dev.sluice.controller.cutover.UndoneException a change of traffic that was undone
   */
  Outcome command(Command command) throws InterruptedException {
    WorkflowRecord record = record();
    if (command.event() == Event.THROTTLE) {
      return throttle(record, command);
    }
    if (command.change() != null) {
      return traffic.change(record, command);
    }
    if (Lifecycle.isDone(record, command.event())) {
      return Outcome.already(name, record.state());
    }
    Instant start = clock.instant();
    Cause cause = new Cause(command.by(), command.reason(), start);
    WorkflowRecord next = Transitions.next(record, command.event(), cause, null);
    RoutingChange rules = null;
    if (command.event() == Event.CANCEL) {
      next = next.keepingData(command.keepData()).cut(record.cutover().moved(false, ALL));
      rules = RulesChange.left(next, records.routing());
    }
    if (command.event() == Event.COMPLETE) {
      requireCompletable(record, command);
      next =
          next.keepingData(command.keepData())
              .cut(record.cutover().renaming(command.renameTables()));
    }
    if (command.dryRun()) {
      return new Outcome(name, record.state(), record.state(), planned(command));
    }
    WorkflowRecord written = write(record, next, rules);
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

  /** The source's tables go: nobody may read them any more, and their new names must be free. */
  private void requireCompletable(WorkflowRecord record, Command command) {
    List<PreconditionException.Failed> failed = new ArrayList<>();
    List<TabletType> left = new ArrayList<>(ALL);
    left.removeAll(record.cutover().onTarget());
    if (!left.isEmpty()) {
      failed.add(
          new PreconditionException.Failed(
              "traffic",
              "tablet types "
                  + left.stream().map(TabletType::word).toList()
                  + " are still served by the source: switch-traffic moves them"));
    }
    if (command.renameTables()) {
      steps
          .cutover()
          .renameProblems(record)
          .forEach(text -> failed.add(new PreconditionException.Failed("rename_tables", text)));
    }
    if (!failed.isEmpty()) {
      throw new PreconditionException(failed);
    }
  }

  private static List<Outcome.Step> planned(Command command) {
    return switch (command.event()) {
      case CANCEL, COMPLETE ->
          WorkflowSteps.ending(command).stream().map(Outcome.Step::planned).toList();
      default -> List.of(Outcome.Step.planned(command.event().word()));
    };
  }

  /**
   * Does what the record asks for now, as far as it can be done now.
   *
   * @throws SluiceException retryable, to be called again later; or while cancelling, when only an
   *     operator can help
   */
  void advance() throws InterruptedException {
    if (!records.usable()) {
      return;
    }
    WorkflowRecord record = record();
    // a change under way opens a side first: what it needs for that it raises by itself
    boolean underWay = record.cutover().change() != null;
    if (!underWay) {
      raise(record);
    }
    step(record);
    if (underWay) {
      raise(record());
    }
  }

  private void step(WorkflowRecord record) throws InterruptedException {
    switch (record.state()) {
      case CREATED -> prepare(record);
      case COPYING -> watchCopy(record);
      case RUNNING, SWITCHED -> {
        if (record.cutover().change() != null) {
          traffic.resume(record);
        } else if (!watchErrors(record)) {
          keepDenied(record);
        }
      }
      case SWITCHING, REVERSING -> traffic.resume(record);
      case CANCELLING -> cancel(record);
      case COMPLETING -> complete(record);
      // only an operator moves it on; the traffic is where it was
      case STOPPED, ERROR -> keepDenied(record);
      default -> {
        // it has ended
      }
    }
  }

  /**
   * Once in this controller's life: from here on no controller before it changes a fence, nor tries
   * to. Nothing waits for it (docs/design/0013-switch.md): a server that is away is asked again
   * later.
   */
  private void raise(WorkflowRecord record) throws InterruptedException {
    boolean fenced =
        switch (record.state()) {
          case RUNNING, SWITCHING, SWITCHED, REVERSING -> true;
          default -> false;
        };
    if (raised || !fenced || clock.instant().isBefore(raiseAgain)) {
      return;
    }
    try {
      traffic.raise(record);
      raised = true;
    } catch (SluiceException e) {
      if (!e.retryable()) {
        throw e;
      }
      raiseAgain = clock.instant().plus(RAISE_PAUSE);
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
      steps.denyTarget(record, stage -> begin(record, stage));
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

  /** What was put back stands in the history: somebody may want to know how long it was gone. */
  private void keepDenied(WorkflowRecord record) throws InterruptedException {
    Optional<String> mended = record.hasReverse() ? denials.look(record) : Optional.empty();
    // somebody who takes it away again and again must not fill the record
    if (mended.isPresent() && !mended.get().equals(lastReason(record))) {
      write(record, record.moved(record.state(), clock.instant(), SELF, mended.get()));
    }
  }

  private static String lastReason(WorkflowRecord record) {
    return record.history().isEmpty()
        ? null
        : record.history().get(record.history().size() - 1).reason();
  }

  /** What is wrong and does not keep it from going on. */
  List<ErrorView> warnings() {
    return denials.warnings();
  }

  private void complete(WorkflowRecord record) throws InterruptedException {
    observer.stage("stopping units");
    if (readiness.unitsStopped(record, clock.instant())) {
      steps.complete(record, stage -> begin(record, stage), () -> records.write(record));
      Cause cause = new Cause(SELF, "the target serves alone", clock.instant());
      WorkflowRecord done = Transitions.next(record, Event.COMPLETE_DONE, cause, null);
      write(record, done, RulesChange.left(done, records.routing()));
    }
  }

  private void cancel(WorkflowRecord record) throws InterruptedException {
    observer.stage("stopping units");
    if (readiness.unitsStopped(record, clock.instant())) {
      List<String> left =
          steps.remove(record, stage -> begin(record, stage), () -> records.write(record));
      String done = "everything the workflow made is removed";
      move(record, Event.CANCEL_DONE, left.isEmpty() ? done : done + "; " + notOurs(left));
    }
  }

  private static String notOurs(List<String> tables) {
    return "left as they are, for their rows are not of this workflow, which never began to copy: "
        + String.join(", ", tables);
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
    return write(before, next, null);
  }

  private WorkflowRecord write(WorkflowRecord before, WorkflowRecord next, RoutingChange rules)
      throws InterruptedException {
    WorkflowRecord written = rules == null ? records.write(next) : records.write(next, rules);
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
