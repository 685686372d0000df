package dev.sluice.vdiff.job;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.touched.TouchedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the orders of one workflow out, one after another, for as long as it runs. Whoever takes
 * over goes on where it was.
 */
public final class VDiffJob implements WorkUnit {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffJob.class);
  private static final long POLL_MILLIS = 50;
  private static final long PAUSE_MILLIS = 1_000;

  private final VDiffContext context;
  private final String workflow;
  private final String workflowUuid;
  private String notFollowed;
  private volatile boolean stopping;

  public VDiffJob(VDiffContext context, String workflow, String workflowUuid) {
    this.context = context;
    this.workflow = workflow;
    this.workflowUuid = workflowUuid;
  }

  /** True when there is an order that waits for a job or is being carried out. */
  public static boolean wanted(List<VDiffEntry> entries) {
    return entries.stream().anyMatch(VDiffJob::due);
  }

  /** Shows a workflow's metrics at zero, before any VDiff. */
  public static void measure(VDiffContext context, String workflow) {
    VDiffMetrics.ensure(context.meters(), workflow, Direction.FORWARD.word());
  }

  private static boolean due(VDiffEntry entry) {
    VDiffState state = entry.state();
    boolean unfinished = state == VDiffState.PENDING || state == VDiffState.RUNNING;
    boolean startsAgain = state == VDiffState.STOPPED && entry.order().runs();
    boolean toBeStopped = !entry.order().runs() && unfinished;
    return entry.order().runs() ? unfinished || startsAgain : toBeStopped;
  }

  @Override
  public void run() throws InterruptedException {
    VDiffTopics.ensure(context.admin(), workflow);
    try (ResultLog log =
            ResultLog.open(
                context.kafka(), workflow, workflowUuid, context.admin().maxMessageBytes());
        Tracking tracking = new Tracking(context)) {
      while (!stopping) {
        for (String uuid : context.vdiffs().deleted(workflowUuid)) {
          log.erase(workflowUuid, uuid);
          awaitRead();
        }
        Optional<VDiffEntry> next =
            context.vdiffs().of(workflowUuid).stream().filter(VDiffJob::due).findFirst();
        if (next.isEmpty()) {
          follow(tracking, log);
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } else {
          carryOut(next.get(), log, tracking);
        }
      }
    }
  }

  /** Between orders the streams are followed for the newest VDiff, which may be refreshed. */
  private void follow(Tracking tracking, ResultLog log) throws InterruptedException {
    VDiffEntry newest = refreshable(context.vdiffs().of(workflowUuid)).orElse(null);
    WorkflowRecord record = context.workflows().find(workflow).orElse(null);
    if (newest == null || record == null || direction(record).isEmpty()) {
      tracking.close();
      return;
    }
    String uuid = newest.order().uuid();
    if (!uuid.equals(tracking.uuid()) && !uuid.equals(notFollowed)) {
      Restored restored = Restored.read(log, uuid);
      TouchedState before = restored.touched();
      if (before == null || before.direction() != direction(record).get()) {
        notFollowed = uuid;
        return;
      }
      tracking.begin(
          MoveSides.of(
              record,
              before.direction(),
              context.keyspaces().get(record.spec().source()),
              context.keyspaces().get(record.spec().target())),
          uuid,
          before,
          Map.of(),
          restored.bounds(newest.order().tables()));
    }
    TouchedState changed = tracking.takeChanged(false);
    if (changed != null) {
      log.write(changed);
    }
  }

  /** The newest VDiff that can be refreshed, for which the streams are to be followed. */
  public static Optional<VDiffEntry> refreshable(List<VDiffEntry> entries) {
    return entries.stream()
        .filter(entry -> entry.state() == VDiffState.COMPLETED && !entry.order().recheck())
        .reduce((earlier, later) -> later);
  }

  private void carryOut(VDiffEntry entry, ResultLog log, Tracking tracking)
      throws InterruptedException {
    VDiffOrder order = entry.order();
    WorkflowRecord record = context.workflows().find(workflow).orElse(null);
    if (record == null || !record.uuid().equals(workflowUuid) || record.state().ended()) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      return;
    }
    if (!order.runs()) {
      // stopped while nobody carried it out
      log.write(Map.of(), inState(entry, VDiffState.STOPPED, "stopped", null));
      awaitRead();
      return;
    }
    Optional<Direction> direction = direction(record);
    if (direction.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      return;
    }
    try (VDiffRun run =
        new VDiffRun(
            context,
            order,
            record,
            direction.get(),
            log,
            tracking,
            latched(order, direction.get()),
            () -> !goesOn(order))) {
      try {
        run.run();
      } catch (SluiceException e) {
        // what trying again can help goes on where it was, after a pause
        if (e.code() == ErrorCode.FENCED || e.retryable()) {
          throw e;
        }
        LOG.atWarn().addKeyValue("vdiff", order.uuid()).setCause(e).log("VDiff failed");
        run.failed(e);
      } catch (RuntimeException e) {
        LOG.atError().addKeyValue("vdiff", order.uuid()).setCause(e).log("VDiff broke");
        run.failed(
            new SluiceException(
                ErrorCode.INTERNAL,
                "unexpected " + e,
                "look at the log of the process with the role vdiff and report a bug",
                e));
      }
    }
    awaitRead();
  }

  /** What was written is what is decided from next. */
  private void awaitRead() throws InterruptedException {
    context.vdiffs().awaitEnd(Duration.ofSeconds(20));
  }

  /** The direction whose read side has the traffic; empty while nothing can be compared. */
  private static Optional<Direction> direction(WorkflowRecord record) {
    if (record.state() == WorkflowState.RUNNING) {
      return Optional.of(Direction.FORWARD);
    }
    return record.state() == WorkflowState.SWITCHED
        ? Optional.of(Direction.REVERSE)
        : Optional.empty();
  }

  /** Once over, a run stays over: it must not go on with half of its threads gone. */
  private BooleanSupplier latched(VDiffOrder order, Direction direction) {
    AtomicBoolean over = new AtomicBoolean();
    return () -> {
      if (!over.get() && over(order, direction)) {
        over.set(true);
      }
      return over.get();
    };
  }

  private boolean over(VDiffOrder order, Direction direction) {
    boolean sameSides =
        context
            .workflows()
            .find(workflow)
            .filter(record -> record.uuid().equals(workflowUuid))
            .flatMap(VDiffJob::direction)
            .filter(direction::equals)
            .isPresent();
    return stopping || !goesOn(order) || !sameSides;
  }

  /** True while the order is to be carried out under this run of it. */
  private boolean goesOn(VDiffOrder order) {
    return context
        .vdiffs()
        .find(workflowUuid, order.uuid())
        .map(entry -> entry.order().runs() && entry.order().run() == order.run())
        .orElse(false);
  }

  private static VDiffResult inState(
      VDiffEntry entry, VDiffState state, String stage, UnitError error) {
    VDiffOrder order = entry.order();
    VDiffResult last = entry.result().orElse(null);
    return new VDiffResult(
        order.uuid(),
        order.workflow(),
        order.workflowUuid(),
        state,
        stage,
        order.run(),
        last == null ? 0 : last.repairs(),
        last == null ? null : last.startedAt(),
        null,
        last == null ? null : last.provedAt(),
        last == null ? List.of() : last.holdMillis(),
        last == null ? 0 : last.percent(),
        null,
        last == null ? 0 : last.copyRun(),
        last == null ? Map.of() : last.tables(),
        error == null ? List.of() : List.of(error),
        null,
        last == null ? 0 : last.refreshes(),
        last == null ? null : last.refreshedAt());
  }

  @Override
  public void stop() {
    stopping = true;
  }
}
