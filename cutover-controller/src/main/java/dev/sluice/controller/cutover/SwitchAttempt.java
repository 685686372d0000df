package dev.sluice.controller.cutover;

import dev.sluice.controller.cutover.PreconditionException.Failed;
import dev.sluice.controller.cutover.TrafficSwitch.Tools;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.lifecycle.Transitions;
import dev.sluice.controller.lifecycle.Transitions.Cause;
import dev.sluice.controller.port.Drain;
import dev.sluice.controller.port.RulesChange;
import dev.sluice.controller.port.SequenceStep;
import dev.sluice.controller.port.SideFence;
import dev.sluice.controller.workflow.Command;
import dev.sluice.controller.workflow.Outcome;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.workflow.Cutover;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.TrafficChange;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of traffic, step by step, as far as it goes; keeps times and open connections. Used
 * once, by one thread.
 */
final class SwitchAttempt implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SwitchAttempt.class);

  /** Others queue behind the denial while running writers are waited for. */
  private static final Duration DENY_LIMIT = Duration.ofSeconds(5);

  /** Writes are denied meanwhile. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  private static final Duration ROUTER_LIMIT = Duration.ofSeconds(2);

  /** Routers wait no longer than this after the time for everything is over. */
  private static final Duration HOLD_SLACK = Duration.ofSeconds(30);

  private final Tools tools;
  private final boolean toTarget;
  private final SwitchOptions options;
  private final Command command;
  private final WorkflowState startState;
  private final Instant deadline;
  private final long startNanos = System.nanoTime();
  private final List<Outcome.Step> steps = new ArrayList<>();
  private final SideFence losing;
  private final SideFence gaining;
  private WorkflowRecord record;
  private Drain drain;
  private SequenceStep sequences;
  private Map<String, String> tokens = Map.of();
  private boolean holdsVoided;
  private boolean journalLost;
  private long deniedNanos;
  private Long writeBlockMillis;

  SwitchAttempt(
      Tools tools,
      WorkflowRecord record,
      boolean toTarget,
      SwitchOptions options,
      Command command) {
    this.tools = tools;
    this.record = record;
    this.toTarget = toTarget;
    this.options = options;
    this.command = command;
    this.startState = record.state();
    this.deadline = tools.clock().instant().plus(options.timeout());
    this.losing = tools.servers().fence(record, toTarget ? FenceSide.SOURCE : FenceSide.TARGET);
    this.gaining = tools.servers().fence(record, toTarget ? FenceSide.TARGET : FenceSide.SOURCE);
  }

  WorkflowRecord record() {
    return record;
  }

  SideFence losing() {
    return losing;
  }

  /** What would be done; refused as the change itself would be. */
  Outcome plan() throws InterruptedException {
    first();
    refuse();
    return new Outcome(
        record.name(), startState, startState, TrafficSwitch.planned(options.writes()));
  }

  /** Every step up to the point of no return, which lies behind when this returns. */
  void untilCommit() throws InterruptedException {
    WorkflowRecord next = first();
    step(SwitchStep.PRECONDITIONS, this::prepare);
    tools.pausePoints().at(SwitchPausePoints.CHECKED);
    if (!options.writes()) {
      step(
          SwitchStep.COMMIT,
          () -> record = journal(next, RulesChange.open(next, options.tabletTypes(), rules())));
      return;
    }
    step(SwitchStep.HOLD_RULES, () -> hold(next));
    tools.pausePoints().at(SwitchPausePoints.HELD);
    step(SwitchStep.FENCE_SOURCE, this::fence);
    tools.pausePoints().at(SwitchPausePoints.FENCED);
    step(SwitchStep.DRAIN, () -> drain.await(tokens, left(DRAIN_LIMIT, "drain")));
    tools.pausePoints().at(SwitchPausePoints.DRAINED);
    step(SwitchStep.SEQUENCES, sequences::raise);
    tools.pausePoints().at(SwitchPausePoints.BEFORE_COMMIT);
    step(SwitchStep.COMMIT, this::commit);
    tools.pausePoints().at(SwitchPausePoints.COMMITTED);
  }

  /** The first record of the change: decides whether it is legal. */
  private WorkflowRecord first() {
    Instant now = tools.clock().instant();
    Cause cause = new Cause(command.by(), command.reason(), now);
    Cutover cutover = record.cutover();
    if (!options.writes()) {
      Cutover moved = cutover.moved(toTarget, options.tabletTypes());
      return Transitions.next(record, command.event(), cause, null, moved);
    }
    TrafficChange change =
        new TrafficChange(
            UUID.randomUUID().toString(),
            toTarget,
            options.tabletTypes(),
            SwitchStep.HOLD_RULES.word(),
            false,
            now,
            command.by(),
            command.reason(),
            null);
    return Transitions.next(record, command.event(), cause, null, cutover.with(change));
  }

  private void refuse() throws InterruptedException {
    List<Failed> failed =
        new Preconditions(tools.servers(), tools.statuses())
            .failed(record, toTarget, options, losing, gaining, tools.clock().instant());
    if (!failed.isEmpty()) {
      throw new PreconditionException(failed);
    }
  }

  /** Everything slow happens here, while writes go on. */
  private void prepare() throws InterruptedException {
    refuse();
    if (!options.writes()) {
      return;
    }
    try {
      arm(losing, toTarget ? FenceSide.SOURCE : FenceSide.TARGET);
      arm(gaining, toTarget ? FenceSide.TARGET : FenceSide.SOURCE);
      tools.servers().voidHolds(record, deadline.plus(HOLD_SLACK));
      holdsVoided = true;
      drain = tools.servers().drain(record, toTarget ? FenceSide.SOURCE : FenceSide.TARGET);
      sequences = tools.servers().sequences(record, toTarget ? FenceSide.TARGET : FenceSide.SOURCE);
    } catch (SluiceException e) {
      if (e.code() == ErrorCode.FENCED || e.code() == ErrorCode.SWITCH_TIMEOUT) {
        throw e;
      }
      throw Preconditions.notReady(e);
    }
  }

  private void arm(SideFence fence, FenceSide side) throws InterruptedException {
    try {
      fence.arm(left(options.timeout(), "arm the fences"));
    } catch (SluiceException e) {
      if (e.code() == ErrorCode.MYSQL_CONTENTION) {
        // all the time there was has been waited for somebody's transaction
        List<String> open = tools.servers().openTransactions(record, side, Duration.ZERO, 1);
        throw SwitchErrors.timeout(
            "the triggers of the fence cannot be created: "
                + e.getMessage()
                + (open.isEmpty() ? "" : "; " + String.join("; ", open)));
      }
      throw e;
    }
  }

  private void hold(WorkflowRecord next) throws InterruptedException {
    Instant until = deadline.plus(HOLD_SLACK);
    record = journal(next, RulesChange.hold(next, options.tabletTypes(), until, rules()));
    tools.servers().awaitRouters(rules().rulesEpoch(), left(ROUTER_LIMIT, "wait for routers"));
  }

  private void fence() throws InterruptedException {
    Cutover cutover = record.cutover();
    record =
        journal(
            record.cut(cutover.with(cutover.change().at(SwitchStep.FENCE_SOURCE.word()))), null);
    tools.pausePoints().at(SwitchPausePoints.BEFORE_FENCE);
    deniedNanos = System.nanoTime();
    tokens = losing.deny(command.reason(), left(DENY_LIMIT, "deny writes"));
  }

  private void commit() throws InterruptedException {
    left(DRAIN_LIMIT, "commit");
    if (!losing.stillDenied()) {
      throw new SluiceException(
          ErrorCode.FENCE_BYPASSED,
          "somebody has let writes pass on the losing side since it was denied",
          "look who has changed its fence or its read_only, then ask again");
    }
    drain.requireSilence();
    Direction there = toTarget ? Direction.FORWARD : Direction.REVERSE;
    new PipelineHealth(tools.statuses(), record, there, tools.clock().instant())
        .inError()
        .ifPresent(
            why -> {
              throw new SluiceException(
                  ErrorCode.STREAM_BROKEN, why, "cure that, then ask again; see the status");
            });
    Cutover cutover = record.cutover();
    Cutover after =
        cutover
            .moved(toTarget, options.tabletTypes())
            .with(cutover.change().committed(SwitchStep.OPEN_TARGET.word()));
    Cause cause = new Cause(command.by(), command.reason(), tools.clock().instant());
    WorkflowRecord next = Transitions.next(record, Event.COMMITTED, cause, null, after);
    record =
        journal(
            next,
            RulesChange.hold(next, options.tabletTypes(), deadline.plus(HOLD_SLACK), rules()));
  }

  /** Opens the gaining side; can be repeated. */
  void open() throws InterruptedException {
    if (!options.writes() || writeBlockMillis != null) {
      return;
    }
    step(
        SwitchStep.OPEN_TARGET,
        () -> TrafficSwitch.open(gaining, command.reason(), sequences::open));
    long nanos = System.nanoTime() - deniedNanos;
    writeBlockMillis = nanos / 1_000_000;
    tools.observer().writesBlocked(toTarget ? Direction.FORWARD : Direction.REVERSE, nanos / 1e9);
    tools.pausePoints().at(SwitchPausePoints.OPENED);
  }

  /** Lets routers go on; can be repeated. */
  void release() throws InterruptedException {
    if (!options.writes()) {
      return;
    }
    String reason = "writes were blocked for " + writeBlockMillis + " ms";
    step(SwitchStep.RELEASE, () -> record = TrafficSwitch.release(tools, record, reason));
    tools.pausePoints().at(SwitchPausePoints.RELEASED);
  }

  /** False when whether something was written is unknown, or another controller decides. */
  boolean mayUndo(RuntimeException error) {
    boolean fenced = error instanceof SluiceException known && known.code() == ErrorCode.FENCED;
    boolean begun =
        record.state() == WorkflowState.SWITCHING || record.state() == WorkflowState.REVERSING;
    return begun && !journalLost && !fenced;
  }

  /** True when the time was over before anything was written or denied. */
  boolean ranOutBeforeItBegan(RuntimeException error) {
    boolean late =
        error instanceof SluiceException known && known.code() == ErrorCode.SWITCH_TIMEOUT;
    return late && record.state() == startState && !journalLost;
  }

  Outcome outcome() {
    return new Outcome(record.name(), startState, record.state(), steps, writeBlockMillis);
  }

  /**
   * What was done and undone.
   *
   * @param back as read back after undoing
   */
  Outcome undone(WorkflowRecord back) {
    Map<String, SwitchStep> undoable =
        Map.of(
            SwitchStep.HOLD_RULES.word(),
            SwitchStep.HOLD_RULES,
            SwitchStep.FENCE_SOURCE.word(),
            SwitchStep.FENCE_SOURCE);
    List<Outcome.Step> shown =
        steps.stream()
            .map(
                step ->
                    undoable.containsKey(step.name()) && step.outcome().equals("done")
                        ? new Outcome.Step(step.name(), step.startedAt(), step.millis(), "undone")
                        : step)
            .toList();
    return new Outcome(back.name(), startState, back.state(), shown);
  }

  private RoutingTable rules() {
    return tools.journal().routing();
  }

  private WorkflowRecord journal(WorkflowRecord next, RoutingChange rules)
      throws InterruptedException {
    // as long as it is not known to be written, nobody here may undo anything
    journalLost = true;
    WorkflowRecord written = tools.journal().write(next, rules);
    journalLost = false;
    return written;
  }

  /** The time left for a step; at most its own limit. A clock that is set changes nothing. */
  private Duration left(Duration most, String what) {
    Duration left = options.timeout().minusNanos(System.nanoTime() - startNanos);
    if (left.isNegative() || left.isZero()) {
      throw SwitchErrors.timeout(
          "the time ("
              + options.timeout().toMillis() / 1000.0
              + " s) is over; there was none left to "
              + what);
    }
    return left.compareTo(most) < 0 ? left : most;
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void step(SwitchStep step, Work work) throws InterruptedException {
    tools.observer().stage(step.word());
    Instant started = tools.clock().instant();
    long nanos = System.nanoTime();
    boolean done = false;
    try {
      work.run();
      done = true;
    } finally {
      long millis = (System.nanoTime() - nanos) / 1_000_000;
      steps.removeIf(earlier -> earlier.name().equals(step.word()));
      steps.add(new Outcome.Step(step.word(), started, millis, done ? "done" : "failed"));
    }
  }

  @Override
  public void close() throws InterruptedException {
    losing.close();
    gaining.close();
    if (drain != null) {
      drain.close();
    }
    if (sequences != null) {
      sequences.close();
    }
    if (holdsVoided) {
      try {
        tools.servers().voidHolds(record, null);
      } catch (SluiceException e) {
        // they may hold again when the time given is over
        LOG.atDebug().setCause(e).log("holds stay void for a while");
      }
    }
  }
}
