package dev.sluice.server.units;

import dev.sluice.schemas.work.WorkMembership;
import dev.sluice.schemas.work.WorkPartitions;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import dev.sluice.vdiff.job.VDiffContext;
import dev.sluice.vdiff.job.VDiffJob;
import dev.sluice.vdiff.job.VDiffStreams;
import dev.sluice.vdiff.job.VDiffTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's part in VDiffs: a share of the comparing for every workflow that has a VDiff under
 * way, and the scanning for those whose partition it owns. Thread-safe.
 */
public final class VDiffRunner implements WorkMembership.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffRunner.class);
  private static final long TICK_MILLIS = 200;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

  /** How long what is not needed any more stays, lest the next VDiff wait for it. */
  private static final Duration LINGER = Duration.ofSeconds(20);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

  private final VDiffContext context;
  private final Map<String, Workflow> workflows = new HashMap<>();
  private final Set<Integer> owned = new HashSet<>();
  private final Set<String> measured = new HashSet<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "units-vdiff");

  /** What runs here for one workflow, by its UUID. */
  private static final class Workflow {
    private VDiffStreams streams;
    private VDiffJob job;
    private Thread jobThread;
    private Instant wantedAt = Instant.EPOCH;
    private Instant notBefore = Instant.EPOCH;
  }

  public VDiffRunner(VDiffContext context) {
    this.context = context;
    thread.setDaemon(true);
  }

  public VDiffRunner start() {
    thread.start();
    return this;
  }

  @Override
  public synchronized void assigned(Set<Integer> partitions) {
    owned.addAll(partitions);
  }

  @Override
  public synchronized void revoked(Set<Integer> partitions) {
    owned.removeAll(partitions);
    workflows.forEach(
        (uuid, workflow) -> {
          if (!owned.contains(partition(uuid))) {
            endJob(workflow);
          }
        });
  }

  private static int partition(String workflowUuid) {
    return WorkPartitions.of(workflowUuid, Direction.FORWARD, 0);
  }

  private void run() {
    try {
      while (!closed.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          reconcile();
        } catch (RuntimeException e) {
          LOG.atWarn().setCause(e).log("VDiffs cannot be looked after now; trying again");
        }
      }
    } catch (InterruptedException e) {
      LOG.atDebug().log("VDiff runner interrupted");
    }
  }

  private synchronized void reconcile() {
    Set<String> known = new HashSet<>();
    for (WorkflowRecord record : context.workflows().records()) {
      if (canHaveVDiffs(record)) {
        known.add(record.uuid());
        if (measured.add(record.uuid())) {
          VDiffJob.measure(context, record.name());
        }
        reconcile(record);
      }
    }
    for (String uuid : List.copyOf(workflows.keySet())) {
      if (!known.contains(uuid)) {
        end(workflows.remove(uuid));
      }
    }
  }

  private static boolean canHaveVDiffs(WorkflowRecord record) {
    return record.plan() != null
        && !record.state().ended()
        && record.state() != WorkflowState.CANCELLING
        && record.state() != WorkflowState.COMPLETING;
  }

  private void reconcile(WorkflowRecord record) {
    String uuid = record.uuid();
    Instant now = context.clock().instant();
    boolean wanted =
        VDiffJob.wanted(context.vdiffs().of(uuid)) || !context.vdiffs().deleted(uuid).isEmpty();
    // whoever owns it follows the streams between orders, for a refresh
    boolean follows =
        owned.contains(partition(uuid))
            && VDiffJob.refreshable(context.vdiffs().of(uuid)).isPresent();
    Workflow workflow = workflows.get(uuid);
    if (wanted || follows) {
      workflow = workflows.computeIfAbsent(uuid, unused -> new Workflow());
    }
    if (workflow == null) {
      return;
    }
    if (wanted) {
      workflow.wantedAt = now;
    }
    boolean compares = workflow.wantedAt.plus(LINGER).isAfter(now);
    if (!compares && !follows) {
      end(workflows.remove(uuid));
      return;
    }
    if (workflow.notBefore.isAfter(now)) {
      return;
    }
    if (compares) {
      startStreams(record, workflow, now);
    } else if (workflow.streams != null) {
      workflow.streams.close();
      workflow.streams = null;
    }
    if (owned.contains(partition(uuid)) && (wanted || follows) && !runs(workflow)) {
      startJob(record, workflow);
    }
  }

  private void startStreams(WorkflowRecord record, Workflow workflow, Instant now) {
    try {
      if (workflow.streams != null && !workflow.streams.alive()) {
        workflow.streams.close();
        workflow.streams = null;
      }
      if (workflow.streams == null) {
        VDiffTopics.ensure(context.admin(), record.name());
        workflow.streams = new VDiffStreams(context, record.name());
      }
    } catch (RuntimeException e) {
      workflow.notBefore = now.plus(PAUSE_AFTER_FAILURE);
      throw e;
    }
  }

  private static boolean runs(Workflow workflow) {
    return workflow.jobThread != null && workflow.jobThread.isAlive();
  }

  private void startJob(WorkflowRecord record, Workflow workflow) {
    VDiffJob job = new VDiffJob(context, record.name(), record.uuid());
    workflow.job = job;
    workflow.jobThread =
        new Thread(
            () -> {
              try {
                job.run();
              } catch (InterruptedException e) {
                LOG.atDebug().addKeyValue("workflow", record.name()).log("VDiff job interrupted");
              } catch (RuntimeException e) {
                LOG.atWarn()
                    .addKeyValue("workflow", record.name())
                    .setCause(e)
                    .log("VDiff job ended; it begins again where it was");
                synchronized (this) {
                  workflow.notBefore = context.clock().instant().plus(PAUSE_AFTER_FAILURE);
                }
              }
            },
            "vdiff-" + record.name());
    workflow.jobThread.setDaemon(true);
    workflow.jobThread.start();
  }

  private void endJob(Workflow workflow) {
    if (workflow.job == null) {
      return;
    }
    workflow.job.stop();
    try {
      workflow.jobThread.join(STOP_LIMIT.toMillis());
      if (workflow.jobThread.isAlive()) {
        workflow.jobThread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workflow.job = null;
  }

  private void end(Workflow workflow) {
    endJob(workflow);
    if (workflow.streams != null) {
      workflow.streams.close();
    }
  }

  /** Ends everything; bounded in time. */
  @Override
  public void close() {
    closed.countDown();
    synchronized (this) {
      new ArrayList<>(workflows.values()).forEach(this::end);
      workflows.clear();
    }
  }
}
