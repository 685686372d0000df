package dev.sluice.vdiff.job;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.vdiff.scan.Moment;
import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.scan.TableSides;
import dev.sluice.vdiff.scan.VDiffPausePoints;
import dev.sluice.vdiff.touched.KeyOrder;
import dev.sluice.vdiff.touched.TouchedChunks;
import dev.sluice.vdiff.touched.TouchedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one order out, from where an earlier run left it: moment after moment until every row has
 * been compared. Used by one thread.
 */
final class VDiffRun implements AutoCloseable, MomentRounds.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffRun.class);

  private static final Duration IN_VAIN = Duration.ofMinutes(10);
  private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(20);
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final VDiffContext context;
  private final VDiffOrder order;
  private final WorkflowRecord record;
  private final ResultLog log;
  private final BooleanSupplier stopped;
  private final BooleanSupplier halted;
  private final MoveSides sides;
  private final MySqlSessions sessions = new MySqlSessions("sluice-vdiff");
  private final Findings findings;
  private final RequestWriter requests;
  private final ScanPace pace;
  private final MomentRounds rounds;
  private final VDiffMetrics metrics;
  private final Tracking tracking;
  private Restored restored;

  /**
   * @param stopped true when the order no longer runs, or this process is to give it up
   * @param halted true when the order no longer runs
   */
  VDiffRun(
      VDiffContext context,
      VDiffOrder order,
      WorkflowRecord record,
      Direction direction,
      ResultLog log,
      Tracking tracking,
      BooleanSupplier stopped,
      BooleanSupplier halted)
      throws InterruptedException {
    this.context = context;
    this.order = order;
    this.record = record;
    this.log = log;
    this.tracking = tracking;
    this.stopped = stopped;
    this.halted = halted;
    this.sides =
        MoveSides.of(
            record,
            direction,
            context.keyspaces().get(record.spec().source()),
            context.keyspaces().get(record.spec().target()));
    this.findings =
        new Findings(
            order,
            context.clock(),
            record.controls().copyRun(),
            order.recheck() ? (table, upTo) -> {} : tracking::handedOut);
    this.metrics = new VDiffMetrics(context.meters(), record.name(), direction.word());
    this.requests = new RequestWriter(context.kafka());
    this.pace = new ScanPace(context.limits().of(record, direction), System::nanoTime);
    boolean made = false;
    try {
      this.rounds =
          new MomentRounds(
              context, order, sides, sessions, requests, findings, pace, stopped, this);
      made = true;
    } finally {
      if (!made) {
        requests.close();
      }
    }
  }

  /**
   * Compares until all is done or it is stopped; what it has found is written.
   *
   * @throws SluiceException why it cannot go on; what was found so far is written
   */
  void run() throws InterruptedException {
    restore();
    write(List.of(), VDiffState.RUNNING, "opening a moment");
    if (order.repairs() > findings.repairs() && !repair()) {
      stop();
      return;
    }
    long lastProgress = System.nanoTime();
    int failures = 0;
    while (!findings.done() || compareMore()) {
      if (stopped.getAsBoolean()) {
        stop();
        return;
      }
      long doneBefore = findings.rowsDone();
      long openBefore = findings.openKeys();
      if (!pace.mayScan()) {
        // no snapshot is kept open only to wait
        flush(List.of(), null);
        TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS);
        continue;
      }
      SluiceException failure = rounds.next();
      boolean progress = findings.rowsDone() != doneBefore || findings.openKeys() < openBefore;
      if (pace.takeHeld() || progress) {
        lastProgress = System.nanoTime();
        failures = 0;
      }
      if (failure != null) {
        pauseAfter(failure, failures++, System.nanoTime() - lastProgress);
      }
    }
    for (TableScan table : findings.tables()) {
      if (!table.whole()) {
        throw new SluiceException(
            ErrorCode.INTERNAL,
            "chunks of table " + table.name() + " have been lost",
            "report this as a bug; `sluice vdiff create` compares again");
      }
    }
    write(List.of(), VDiffState.COMPLETED, "completed");
  }

  private void restore() {
    VDiffResult before =
        context
            .vdiffs()
            .find(record.uuid(), order.uuid())
            .flatMap(entry -> entry.result())
            .orElse(null);
    restored = Restored.read(log, order.uuid());
    findings.restore(restored, before);
    if (order.recheck()) {
      beginWithKeys(before);
    }
  }

  private void stop() throws InterruptedException {
    if (halted.getAsBoolean()) {
      write(List.of(), VDiffState.STOPPED, "stopped");
    } else {
      // another process goes on with it, or this one does when the sides can be compared again
      write(List.of(), VDiffState.RUNNING, "waiting to go on");
    }
  }

  /** Asks for the rows that differ to be placed anew; then they are to be compared again. */
  private boolean repair() throws InterruptedException {
    write(List.of(), VDiffState.RUNNING, "repairing");
    DifferingKeys keys = new DifferingKeys(log, order.uuid());
    if (!new Repairer(context, order, sides, sessions, requests).repair(keys, stopped)) {
      return false;
    }
    findings.tables().forEach(table -> table.reopen(keys.of(table.name())));
    findings.repaired(order.repairs());
    write(
        keys.withoutKeys(),
        findings.result(VDiffState.RUNNING, "comparing what was repaired", null));
    return true;
  }

  /** A VDiff that rechecks has no ranges to compare: only the keys that differed. */
  private void beginWithKeys(VDiffResult before) {
    findings.tables().forEach(TableScan::exhaust);
    if (before != null && before.startedAt() != null) {
      return;
    }
    VDiffResult base =
        context
            .vdiffs()
            .find(record.uuid(), order.base())
            .flatMap(entry -> entry.result())
            .orElseThrow(
                () ->
                    new SluiceException(
                        ErrorCode.VDIFF_FAILED,
                        "VDiff " + order.base() + ", whose keys are to be compared, is gone",
                        "create one without --recheck"));
    findings.inherit(base);
    DifferingKeys keys = new DifferingKeys(log, order.base());
    for (TableScan table : findings.tables()) {
      table.reopen(keys.of(table.name()));
    }
  }

  @Override
  public boolean compareMore() {
    return order.refreshes() > findings.refreshes();
  }

  /** Before a moment begins, whatever changes from then on is being followed. */
  @Override
  public void opening(Map<String, TableSides> tables) throws InterruptedException {
    if (order.recheck()) {
      return;
    }
    if (restored != null) {
      Map<String, KeyOrder> orders = new HashMap<>();
      tables.forEach((name, table) -> orders.put(name, KeyOrder.of(table.source())));
      tracking.begin(
          sides, order.uuid(), restored.touched(), orders, restored.bounds(order.tables()));
      restored = null;
    }
    if (compareMore()) {
      tracking.touched().beginGeneration();
    }
  }

  /** A refresh: what was touched is compared again in this moment. */
  @Override
  public void opened(Moment moment) throws InterruptedException {
    if (!compareMore()) {
      return;
    }
    TouchedChunks touched = tracking.touched();
    if (!heardAll()) {
      LOG.atInfo()
          .addKeyValue("vdiff", order.uuid())
          .log("the streams' changes were not heard in time: the refresh compares all rows");
      touched.touchAll();
    }
    Restored now = Restored.read(log, order.uuid());
    Map<String, BitSet> numbers = new HashMap<>();
    order.tables().forEach(table -> numbers.put(table, touched.touched(table)));
    Map<String, Object> changed = now.refresh(numbers);
    Map<String, Integer> kept = new HashMap<>();
    now.bounds(order.tables()).forEach((table, bounds) -> kept.put(table, bounds.size()));
    touched.endGeneration(kept);
    findings.refresh(now, order.refreshes(), moment.at());
    changed.put(TouchedState.keyOf(order.uuid()), tracking.takeChanged(true));
    log.write(changed, findings.result(VDiffState.RUNNING, "comparing what was touched", null));
  }

  /** Every change before the moment has been heard, those that the other direction brings, too. */
  private boolean heardAll() throws InterruptedException {
    try {
      rounds.markWritten(tracking::expect);
      return tracking.catchUp(CATCH_UP_LIMIT);
    } catch (SluiceException e) {
      LOG.atInfo().addKeyValue("vdiff", order.uuid()).setCause(e).log("changes are not heard");
      return false;
    }
  }

  @Override
  public void flush(List<Chunk> finished, Moment moment) throws InterruptedException {
    List<ChunkResult> results = new ArrayList<>();
    for (Chunk chunk : finished) {
      ChunkResult result = chunk.result(order.uuid(), moment.at());
      results.add(result);
      chunk.table().add(result);
      if (chunk.keys() != null) {
        chunk.table().keys().done(chunk.keys());
      }
      metrics.compared(result.matching() + result.differing());
    }
    String held = pace.reason();
    findings.throttled(held);
    metrics.throttled(held);
    write(results, VDiffState.RUNNING, held == null ? "comparing" : "held back: " + held);
  }

  private void write(List<ChunkResult> results, VDiffState state, String stage)
      throws InterruptedException {
    write(results, findings.result(state, stage, null));
  }

  private void write(List<ChunkResult> results, VDiffResult result) throws InterruptedException {
    Map<String, Object> found = new LinkedHashMap<>();
    results.forEach(chunk -> found.put(chunk.key(), chunk));
    for (TableScan table : findings.tables()) {
      table.keys().takeChanged(order.uuid()).forEach(page -> found.put(page.key(), page));
    }
    if (order.uuid().equals(tracking.uuid())) {
      TouchedState touched = tracking.takeChanged(result.state() == VDiffState.COMPLETED);
      if (touched != null) {
        found.put(TouchedState.keyOf(order.uuid()), touched);
      }
    }
    if (!results.isEmpty()) {
      context.pausePoints().at(VDiffPausePoints.BEFORE_RESULTS);
    }
    log.write(found, result);
    if (!results.isEmpty()) {
      context.pausePoints().at(VDiffPausePoints.AFTER_RESULTS);
    }
    for (RowClass rowClass : RowClass.values()) {
      metrics.mismatched(rowClass, findings.count(rowClass));
    }
  }

  private void pauseAfter(SluiceException failure, int failures, long sinceNanos)
      throws InterruptedException {
    LOG.atInfo()
        .addKeyValue("vdiff", order.uuid())
        .addKeyValue("errorCode", failure.code())
        .addKeyValue("reason", failure.getMessage())
        .log("a moment of a VDiff ended early");
    if (!failure.retryable()) {
      throw failure;
    }
    if (sinceNanos > IN_VAIN.toNanos()) {
      throw new SluiceException(
          ErrorCode.VDIFF_FAILED,
          "tried in vain for " + IN_VAIN.toMinutes() + " minutes: " + failure.getMessage(),
          failure.remedy(),
          failure);
    }
    write(
        List.of(),
        findings.result(
            VDiffState.RUNNING, "trying again: " + failure.getMessage(), UnitError.of(failure)));
    TimeUnit.MILLISECONDS.sleep(
        Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 10)));
  }

  /** Writes that it ended without an answer, with what was found so far. */
  void failed(SluiceException error) throws InterruptedException {
    write(List.of(), findings.result(VDiffState.ERROR, "error", UnitError.of(error)));
  }

  @Override
  public void close() {
    metrics.throttled(null);
    rounds.close();
    requests.close();
  }
}
