package dev.sluice.controller.workflow;

import dev.sluice.controller.cutover.PreconditionException;
import dev.sluice.controller.cutover.UndoneException;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.status.StatusAssembler;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loop of one open workflow: commands and a tick, one after another, on one thread. */
public final class WorkflowLoop {

  /** Told of changes of state. */
  public interface Transitioned {
    void moved(WorkflowRecord before, WorkflowRecord after);

    /** A change of traffic kept writes waiting for so long. */
    default void writesBlocked(String workflow, Direction direction, double seconds) {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(WorkflowLoop.class);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final int QUEUE = 32;

  /** A command that waits for its turn, or is being carried out. */
  private record Asked(
      Command command, Instant expires, CompletableFuture<Outcome> answer, AtomicBoolean takenUp) {}

  private final String name;
  private final WorkflowRecords records;
  private final WorkflowEngine engine;
  private final StatusAssembler assembler;
  private final Clock clock;
  private final BlockingQueue<Asked> commands = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread;
  private volatile boolean stopping;
  private volatile String stage;
  private volatile UnitError trouble;
  private Instant notBefore = Instant.EPOCH;
  private int failures;

  public WorkflowLoop(
      String name,
      WorkflowRecords records,
      WorkflowSteps steps,
      UnitStatuses statuses,
      Clock clock,
      Transitioned transitioned) {
    this.name = name;
    this.records = records;
    this.clock = clock;
    this.assembler = new StatusAssembler(statuses);
    this.engine =
        new WorkflowEngine(
            name,
            records,
            steps,
            new Readiness(statuses),
            clock,
            new WorkflowEngine.Observer() {
              @Override
              public void moved(WorkflowRecord before, WorkflowRecord after) {
                transitioned.moved(before, after);
              }

              @Override
              public void stage(String doing) {
                stage = doing;
              }

              @Override
              public void writesBlocked(Direction direction, double seconds) {
                transitioned.writesBlocked(name, direction, seconds);
              }
            });
    this.thread = new Thread(this::run, "workflow-" + name);
    thread.setDaemon(true);
  }

  public WorkflowLoop start() {
    thread.start();
    return this;
  }

  /** True while the loop takes commands. */
  public boolean alive() {
    return thread.isAlive();
  }

  /**
   * Has a command carried out; waits at most for as long as the command may take.
   *
   * @throws SluiceException what the command ran into; ILLEGAL_STATE when the controller is busy
   * @throws PreconditionException as the engine
   * @throws UndoneException as the engine
   */
  public Outcome ask(Command command) throws InterruptedException {
    Asked asked =
        new Asked(
            command,
            clock.instant().plus(command.limit()),
            new CompletableFuture<>(),
            new AtomicBoolean());
    if (stopping || !commands.offer(asked)) {
      throw busy();
    }
    try {
      return asked.answer().get(command.limit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SluiceException
          || e.getCause() instanceof PreconditionException
          || e.getCause() instanceof UndoneException) {
        throw (RuntimeException) e.getCause();
      }
      throw new SluiceException(
          ErrorCode.INTERNAL,
          String.valueOf(e.getCause()),
          "look at the server's log and report a bug",
          e);
    } catch (TimeoutException e) {
      if (asked.takenUp().get()) {
        throw underWay(asked.command());
      }
      asked.answer().cancel(false);
      throw busy();
    }
  }

  private SluiceException busy() {
    return new SluiceException(
        ErrorCode.ILLEGAL_STATE,
        "workflow " + name + " is busy" + (stage == null ? "" : ": " + stage),
        "ask again in a moment; the command was not carried out");
  }

  /** It was begun, and what becomes of it is decided here or by the next controller. */
  private SluiceException underWay(Command command) {
    return new SluiceException(
        ErrorCode.ILLEGAL_STATE,
        "workflow "
            + name
            + ": "
            + command.event().word()
            + " was begun and is not finished"
            + (stage == null ? "" : ": " + stage),
        "look at the status: Sluice finishes or undoes it by itself");
  }

  /** The status now. */
  public WorkflowStatus status(WorkflowRecord record, List<WorkflowStatus.ErrorView> warnings) {
    List<WorkflowStatus.ErrorView> all = new ArrayList<>(warnings);
    all.addAll(engine.warnings());
    return assembler.assemble(record, stage, trouble, all, clock.instant());
  }

  private void run() {
    try {
      while (!stopping && records.usable() && !engine.ended()) {
        Asked asked = commands.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (asked != null) {
          carryOut(asked);
        }
        assembler.sample(engine.record(), clock.instant());
        boolean due = asked != null || !clock.instant().isBefore(notBefore);
        // what a failed write has left undecided is the next controller's
        if (due && records.usable()) {
          advance();
        }
      }
    } catch (InterruptedException e) {
      LOG.atDebug().addKeyValue("workflow", name).log("workflow loop interrupted");
    } finally {
      stopping = true;
      refuseRest();
    }
  }

  private void refuseRest() {
    for (Asked left = commands.poll(); left != null; left = commands.poll()) {
      left.answer().completeExceptionally(busy());
    }
  }

  private void carryOut(Asked asked) throws InterruptedException {
    if (asked.answer().isDone() || asked.expires().isBefore(clock.instant())) {
      return;
    }
    asked.takenUp().set(true);
    try {
      asked.answer().complete(engine.command(asked.command()));
      recovered();
    } catch (RuntimeException e) {
      asked.answer().completeExceptionally(e);
    } catch (InterruptedException e) {
      asked.answer().completeExceptionally(underWay(asked.command()));
      throw e;
    }
  }

  private void advance() throws InterruptedException {
    try {
      engine.advance();
      recovered();
    } catch (SluiceException e) {
      failed(e, UnitError.of(e));
    } catch (RuntimeException e) {
      failed(
          e,
          new UnitError(
              ErrorCode.INTERNAL.name(),
              String.valueOf(e),
              "look at the server's log and report a bug",
              false));
    }
  }

  private void recovered() {
    failures = 0;
    trouble = null;
    notBefore = Instant.EPOCH;
  }

  private void failed(RuntimeException error, UnitError shown) {
    failures = Math.min(failures + 1, 10);
    trouble = shown;
    Duration pause = Duration.ofMillis(TICK.toMillis() << failures);
    notBefore = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    LOG.atWarn()
        .addKeyValue("workflow", name)
        .addKeyValue("stage", stage)
        .addKeyValue("failures", failures)
        .setCause(error)
        .log("workflow cannot go on now; trying again");
  }

  /** Asks the loop to end soon. */
  public void stop() {
    stopping = true;
  }

  /** Waits for the loop's end; interrupts it when the time is over. */
  public void join(Duration limit) throws InterruptedException {
    thread.join(Math.max(1, limit.toMillis()));
    if (thread.isAlive()) {
      thread.interrupt();
      thread.join(2_000);
    }
  }
}
