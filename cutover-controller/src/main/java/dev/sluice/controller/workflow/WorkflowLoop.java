package dev.sluice.controller.workflow;

import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.status.StatusAssembler;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loop of one open workflow: commands and a tick, one after another, on one thread. */
public final class WorkflowLoop {

  /** Told of changes of state. */
  public interface Transitioned {
    void moved(WorkflowRecord before, WorkflowRecord after);
  }

  private static final Logger LOG = LoggerFactory.getLogger(WorkflowLoop.class);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
  private static final int QUEUE = 32;

  private record Asked(Command command, Instant expires, CompletableFuture<Outcome> answer) {}

  private final String name;
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
   * Has a command carried out; waits at most 30 s for it.
   *
   * @throws SluiceException what the command ran into; ILLEGAL_STATE when the controller is busy
   */
  public Outcome ask(Command command) throws InterruptedException {
    Asked asked =
        new Asked(command, clock.instant().plus(COMMAND_LIMIT), new CompletableFuture<>());
    if (stopping || !commands.offer(asked)) {
      throw busy();
    }
    try {
      return asked.answer().get(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SluiceException known) {
        throw known;
      }
      throw new SluiceException(
          ErrorCode.INTERNAL,
          String.valueOf(e.getCause()),
          "look at the server's log and report a bug",
          e);
    } catch (TimeoutException e) {
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

  /** The status now. */
  public WorkflowStatus status(WorkflowRecord record, List<WorkflowStatus.ErrorView> warnings) {
    return assembler.assemble(record, stage, trouble, warnings, clock.instant());
  }

  private void run() {
    try {
      while (!stopping && !engine.ended()) {
        Asked asked = commands.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (asked != null) {
          carryOut(asked);
        }
        assembler.sample(engine.record(), clock.instant());
        if (asked != null || !clock.instant().isBefore(notBefore)) {
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
    try {
      asked.answer().complete(engine.command(asked.command()));
      recovered();
    } catch (RuntimeException e) {
      asked.answer().completeExceptionally(e);
    } catch (InterruptedException e) {
      asked.answer().completeExceptionally(busy());
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
