package dev.sluice.controller;

import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.servers.LiveCutoverServers;
import dev.sluice.controller.spec.SpecExamination;
import dev.sluice.controller.upkeep.Upkeep;
import dev.sluice.controller.workflow.WorkflowLoop;
import dev.sluice.controller.workflow.WorkflowSteps;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.status.ControllerStatus;
import dev.sluice.schemas.status.StatusKeys;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller as a unit of work: while it runs, it is the active one. Another one that becomes
 * active fences its writes, which ends it.
 */
public final class Controller implements WorkUnit {

  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

  private final ControllerContext context;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile SluiceException failure;

  public Controller(ControllerContext context) {
    this.context = context;
  }

  @Override
  public void run() throws InterruptedException {
    try (WorkflowStore store = WorkflowStore.open(context.kafka(), context.directory());
        LiveCutoverServers cutover = context.cutovers().apply(store.controllerEpoch())) {
      ControllerMetrics metrics = new ControllerMetrics(context.meters());
      WorkflowRecords records =
          new StoredRecords(store, error -> failure = error, () -> failure == null);
      Upkeep upkeep = upkeep(records);
      Workflows workflows = workflows(records, metrics, upkeep, cutover);
      workflows.start();
      upkeep.start();
      context.active().accept(workflows);
      LOG.atInfo().addKeyValue("address", context.address()).log("this controller is active");
      try {
        reign(records, metrics);
      } finally {
        context.active().accept(null);
        // nobody shall be sent here any more; a successor writes its own within a second
        context.publisher().remove(StatusKeys.CONTROLLER);
        metrics.clear();
        upkeep.close();
        workflows.stop(STOP_LIMIT);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Upkeep upkeep(WorkflowRecords records) {
    return new Upkeep(
        new Upkeep.Tools(
            context.kafka(),
            context.schemaIds(),
            context.admin(),
            context.topics(),
            context.servers(),
            context.statuses(),
            records,
            context.keyspaces(),
            context.keepApplied(),
            context.pausePoints(),
            context.clock()));
  }

  private Workflows workflows(
      WorkflowRecords records, ControllerMetrics metrics, Upkeep upkeep, CutoverServers cutover) {
    WorkflowSteps steps =
        new WorkflowSteps(
            context.keyspaces(),
            context.servers(),
            context.topics(),
            context.statuses(),
            context.pausePoints(),
            cutover);
    SpecExamination examination =
        new SpecExamination(context.keyspaces(), context.servers(), context.topics(), records);
    return new Workflows(
        context.keyspaces(),
        context.servers(),
        context.statuses(),
        records,
        steps,
        examination,
        context.clock(),
        upkeep::warnings,
        new WorkflowLoop.Transitioned() {
          @Override
          public void moved(WorkflowRecord before, WorkflowRecord after) {
            metrics.transition(before, after);
            log(before, after);
          }

          @Override
          public void writesBlocked(String workflow, Direction direction, double seconds) {
            metrics.writesBlocked(workflow, direction, seconds);
          }
        });
  }

  private void reign(WorkflowRecords records, ControllerMetrics metrics)
      throws InterruptedException {
    Instant since = context.clock().instant();
    while (failure == null) {
      metrics.refresh(records);
      context
          .publisher()
          .publish(
              StatusKeys.CONTROLLER,
              new ControllerStatus(
                  context.address(), context.instance(), since, context.clock().instant()),
              since,
              0);
      if (stopped.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static void log(WorkflowRecord before, WorkflowRecord after) {
    WorkflowRecord.Transition last = after.history().get(after.history().size() - 1);
    LOG.atInfo()
        .addKeyValue("workflow", after.name())
        .addKeyValue("from", before.state().word())
        .addKeyValue("to", after.state().word())
        .addKeyValue("by", last.by())
        .addKeyValue("reason", last.reason())
        .log("workflow changed its state");
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  /** Records over the store; an error of the store ends the controller. */
  private record StoredRecords(
      WorkflowStore store, Consumer<SluiceException> broken, BooleanSupplier sound)
      implements WorkflowRecords {

    @Override
    public boolean usable() {
      return sound.getAsBoolean();
    }

    @Override
    public Collection<WorkflowRecord> all() {
      return store.directory().records();
    }

    @Override
    public Optional<WorkflowRecord> find(String name) {
      return store.directory().find(name);
    }

    /** A write to the store. */
    private interface Write<T> {
      T run() throws InterruptedException;
    }

    @Override
    public WorkflowRecord write(WorkflowRecord record) throws InterruptedException {
      return written(() -> store.write(record));
    }

    @Override
    public WorkflowRecord write(WorkflowRecord record, RoutingChange change)
        throws InterruptedException {
      return written(() -> store.write(record, change));
    }

    @Override
    public RoutingTable routing() {
      return store.routing();
    }

    @Override
    public RoutingTable removeRules(Collection<String> keys) throws InterruptedException {
      return written(() -> store.removeRules(keys));
    }

    private <T> T written(Write<T> write) throws InterruptedException {
      try {
        return write.run();
      } catch (SluiceException e) {
        // whether it was written is unknown: the next controller reads it
        broken.accept(
            e.code() == ErrorCode.FENCED || e.retryable()
                ? e
                : new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, e.getMessage(), e.remedy(), e));
        throw e;
      }
    }
  }
}
