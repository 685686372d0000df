package dev.sluice.controller.cutover;

import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.lifecycle.Transitions;
import dev.sluice.controller.lifecycle.Transitions.Cause;
import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.RulesChange;
import dev.sluice.controller.port.SideFence;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.workflow.Command;
import dev.sluice.controller.workflow.Outcome;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.Cutover;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.TrafficChange;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SwitchTraffic and ReverseTraffic of one workflow: begins changes of traffic, and finishes or
 * undoes those that a controller before has left (docs/design/0013-switch.md). Used by the
 * workflow's loop alone; without state of its own between calls.
 */
public final class TrafficSwitch {

  /** Writes records as the workflow's engine does, rules with them where they change. */
  public interface Journal {

    /**
     * Answers what was read back.
     *
     * @param rules null: they stay as they are
     */
    WorkflowRecord write(WorkflowRecord next, RoutingChange rules) throws InterruptedException;

    /** False once a write has failed: nothing may be acted on any more. */
    boolean usable();

    /** The rules as they stand. */
    RoutingTable routing();
  }

  /**
   * What it works with.
   *
   * @param stage told what is being done
   */
  public record Tools(
      Journal journal,
      CutoverServers servers,
      UnitStatuses statuses,
      PausePoints pausePoints,
      Clock clock,
      SwitchObserver observer) {}

  /** Told how a change goes. */
  public interface SwitchObserver {

    void stage(String doing);

    /**
     * @param direction forward: of a switch to the target
     * @param seconds that writes were blocked, from the first denial to the last opening
     */
    void writesBlocked(Direction direction, double seconds);
  }

  private static final Logger LOG = LoggerFactory.getLogger(TrafficSwitch.class);
  private static final String SELF = "controller";

  /** After it the answer says that the rest goes on without the caller. */
  private static final Duration PERSISTENCE = Duration.ofSeconds(15);

  private static final long PAUSE_MILLIS = 100;

  private final Tools tools;

  public TrafficSwitch(Tools tools) {
    this.tools = tools;
  }

  /**
   * Changes the traffic, or says what would be done.
   *
   * @throws PreconditionException when something stands in the way; nothing was changed
   * @throws UndoneException when it failed and was undone
   * @throws SluiceException ILLEGAL_STATE; or what keeps it from being finished or undone now
   */
  public Outcome change(WorkflowRecord record, Command command) throws InterruptedException {
    boolean toTarget = command.event() == Event.SWITCH_TRAFFIC;
    Cutover cutover = record.cutover();
    List<TabletType> types =
        command.change().tabletTypes().stream()
            .filter(type -> cutover.onTarget().contains(type) != toTarget)
            .toList();
    if (types.isEmpty() && cutover.change() == null) {
      return Outcome.already(record.name(), record.state());
    }
    SwitchOptions given = command.change();
    SwitchOptions options =
        new SwitchOptions(
            types.isEmpty() ? given.tabletTypes() : types,
            given.timeout(),
            given.maxLag(),
            given.maxVdiffAge(),
            given.skipVdiff());
    try (SwitchAttempt attempt = new SwitchAttempt(tools, record, toTarget, options, command)) {
      return command.dryRun() ? attempt.plan() : carryOut(attempt);
    }
  }

  private Outcome carryOut(SwitchAttempt attempt) throws InterruptedException {
    try {
      attempt.untilCommit();
    } catch (PreconditionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(attempt, e);
    }
    return finish(attempt);
  }

  /** What a failure before the commit is to the caller; everything that can be undone now is. */
  private RuntimeException failed(SwitchAttempt attempt, RuntimeException error)
      throws InterruptedException {
    if (attempt.ranOutBeforeItBegan(error)) {
      return new UndoneException(attempt.undone(attempt.record()), SwitchErrors.of(error));
    }
    if (!attempt.mayUndo(error)) {
      return error;
    }
    SluiceException why = SwitchErrors.of(error);
    LOG.atWarn()
        .addKeyValue("workflow", attempt.record().name())
        .setCause(error)
        .log("change of traffic failed; it is undone");
    String reason = why.code() + ": " + why.getMessage();
    WorkflowRecord[] back = new WorkflowRecord[1];
    persist(
        () -> back[0] = undo(attempt.record(), attempt.losing(), reason),
        "the change of traffic failed (" + why.getMessage() + ") and is not undone yet");
    return new UndoneException(attempt.undone(back[0]), why);
  }

  private Outcome finish(SwitchAttempt attempt) throws InterruptedException {
    persist(attempt::open, "the traffic has changed sides, but is not open there yet");
    persist(attempt::release, "the traffic has changed sides; routers still hold");
    return attempt.outcome();
  }

  /** One attempt of something that must succeed at last. */
  private interface Duty {
    void attempt() throws InterruptedException;
  }

  /** Tries for a while; then the workflow's loop goes on trying. */
  private void persist(Duty duty, String how) throws InterruptedException {
    long end = System.nanoTime() + PERSISTENCE.toNanos();
    while (true) {
      try {
        duty.attempt();
        return;
      } catch (SluiceException e) {
        // what Kafka did not take ends the controller: the next one reads what became of it
        boolean again = e.retryable() && e.code() != ErrorCode.KAFKA_UNAVAILABLE;
        if (!again || System.nanoTime() - end > 0) {
          throw new SluiceException(
              e.code(),
              how + ": " + e.getMessage(),
              "Sluice goes on by itself; the status shows how it stands",
              e);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  /**
   * Finishes or undoes what a controller before, or an earlier try, has left; to be called again
   * when it throws. Needs the servers of the side that is to be opened, each for itself: whatever
   * else is away keeps nobody's writes denied.
   */
  public void resume(WorkflowRecord record) throws InterruptedException {
    TrafficChange change = record.cutover().change();
    if (change == null) {
      return;
    }
    FenceSide losing = change.toTarget() ? FenceSide.SOURCE : FenceSide.TARGET;
    FenceSide gaining = change.toTarget() ? FenceSide.TARGET : FenceSide.SOURCE;
    if (change.committed()) {
      tools.observer().stage("opening the " + gaining.word());
      try (SideFence fence = tools.servers().fence(record, gaining)) {
        open(fence, change.reason(), () -> tools.servers().openSequences(record, gaining));
        tools.pausePoints().at(SwitchPausePoints.OPENED);
        release(tools, record, "finished by a controller that found it committed");
      }
    } else {
      tools.observer().stage("undoing a change of traffic");
      try (SideFence fence = tools.servers().fence(record, losing)) {
        undo(record, fence, "the controller was lost at step " + change.step());
      }
    }
  }

  /**
   * Ends what controllers before this one have under way on the servers of both sides; on those
   * that answer, also when it throws.
   */
  public void raise(WorkflowRecord record) throws InterruptedException {
    RuntimeException error = null;
    for (FenceSide side : FenceSide.values()) {
      try (SideFence fence = tools.servers().fence(record, side)) {
        fence.raise();
      } catch (RuntimeException e) {
        error = error == null ? e : error;
      }
    }
    if (error != null) {
      throw error;
    }
  }

  /** Opens first and writes then: whoever comes in between opens again. */
  private WorkflowRecord undo(WorkflowRecord record, SideFence losing, String why)
      throws InterruptedException {
    if (!tools.journal().usable()) {
      throw new SluiceException(
          ErrorCode.FENCED,
          "the records of this controller are of no use any more",
          "nothing: the next controller decides");
    }
    TrafficChange change = record.cutover().change();
    FenceSide side = change.toTarget() ? FenceSide.SOURCE : FenceSide.TARGET;
    open(losing, "undone: " + why, () -> tools.servers().openSequences(record, side));
    tools.pausePoints().at(SwitchPausePoints.UNDO_OPENED);
    Cause cause = new Cause(SELF, "undone: " + why, tools.clock().instant());
    WorkflowRecord back =
        Transitions.next(record, Event.UNDONE, cause, null, record.cutover().with(null));
    WorkflowRecord written =
        tools
            .journal()
            .write(back, RulesChange.open(back, change.tabletTypes(), tools.journal().routing()));
    LOG.atInfo()
        .addKeyValue("workflow", record.name())
        .addKeyValue("change", change.id())
        .addKeyValue("why", why)
        .log("change of traffic undone");
    return written;
  }

  /** Lets a side give out ids. */
  interface Ids {
    void open() throws InterruptedException;
  }

  /**
   * Writes first: they are what waits. Ids may be to be had on servers that answer while another
   * one does not; and a controller that was replaced learns of it from the fence.
   */
  static void open(SideFence fence, String reason, Ids ids) throws InterruptedException {
    SluiceException closed = null;
    try {
      fence.allow(reason);
    } catch (SluiceException e) {
      if (e.code() == ErrorCode.FENCED) {
        throw e;
      }
      closed = e;
    }
    try {
      ids.open();
    } catch (SluiceException e) {
      closed = closed == null || e.code() == ErrorCode.FENCED ? e : closed;
    }
    if (closed != null) {
      throw closed;
    }
  }

  /** Ends a committed change. */
  static WorkflowRecord release(Tools tools, WorkflowRecord record, String reason)
      throws InterruptedException {
    Cause cause = new Cause(SELF, reason, tools.clock().instant());
    WorkflowRecord over =
        Transitions.next(record, Event.RELEASED, cause, null, record.cutover().with(null));
    List<TabletType> types = record.cutover().change().tabletTypes();
    return tools.journal().write(over, RulesChange.open(over, types, tools.journal().routing()));
  }

  /** The steps of a change that is only looked at. */
  static List<Outcome.Step> planned(boolean writes) {
    List<Outcome.Step> steps = new ArrayList<>();
    SwitchStep.of(writes).forEach(step -> steps.add(Outcome.Step.planned(step.word())));
    return steps;
  }
}
