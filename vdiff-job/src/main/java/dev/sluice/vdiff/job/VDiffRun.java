package dev.sluice.vdiff.job;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.vdiff.scan.Moment;
import dev.sluice.vdiff.scan.MomentOpener;
import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.scan.ShardScanner;
import dev.sluice.vdiff.scan.TableReader;
import dev.sluice.vdiff.scan.TableSides;
import dev.sluice.vdiff.scan.VDiffPausePoints;
import dev.sluice.vdiff.topology.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one order out, from where an earlier run left it: moment after moment until every row has
 * been compared. Used by one thread.
 */
final class VDiffRun implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffRun.class);

  private static final int LANES = 2;
  private static final long FLUSH_MILLIS = 250;
  private static final Duration LANES_LIMIT = Duration.ofSeconds(20);
  private static final Duration IN_VAIN = Duration.ofMinutes(10);
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  /** Moments in which keys that change all the time are looked at. */
  private static final int MOST_KEY_ROUNDS = 40;

  private final VDiffContext context;
  private final VDiffOrder order;
  private final WorkflowRecord record;
  private final ResultLog log;
  private final BooleanSupplier stopped;
  private final BooleanSupplier halted;
  private final MoveSides sides;
  private final MySqlSessions sessions = new MySqlSessions("sluice-vdiff");
  private final Findings findings;
  private final TopicNames names;
  private final RequestWriter requests;
  private final MomentOpener opener;
  private final VDiffMetrics metrics;
  private DigestSender sender;
  private OutcomeFollower outcomes;
  private volatile MomentScan scan;
  private int keyRounds;

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
      BooleanSupplier stopped,
      BooleanSupplier halted)
      throws InterruptedException {
    this.context = context;
    this.order = order;
    this.record = record;
    this.log = log;
    this.stopped = stopped;
    this.halted = halted;
    this.sides =
        MoveSides.of(
            record,
            direction,
            context.keyspaces().get(record.spec().source()),
            context.keyspaces().get(record.spec().target()));
    this.findings = new Findings(order, context.clock(), record.controls().copyRun());
    this.metrics = new VDiffMetrics(context.meters(), record.name(), direction.word());
    this.names = TopicNames.of(record.name(), Direction.FORWARD);
    this.requests = new RequestWriter(context.kafka());
    try {
      this.opener =
          new MomentOpener(
              sides,
              order.uuid(),
              sessions,
              context.kafka(),
              context.codecs(),
              context.sidecar(),
              requests,
              context.pausePoints(),
              context.clock());
    } catch (RuntimeException | InterruptedException e) {
      requests.close();
      throw e;
    }
  }

  /** Clients to and from the topology: made anew after a failure, whoever of them it was. */
  private void connect() throws InterruptedException {
    if (outcomes == null) {
      sender =
          new DigestSender(
              context.kafka(), names, context.admin().maxMessageBytes(), this::failScan);
      outcomes =
          new OutcomeFollower(
                  context.kafka(), names, VDiffTopics.PARTITIONS, this::hear, this::failScan)
              .start();
    }
  }

  private void disconnect() {
    if (outcomes != null) {
      outcomes.close();
      outcomes = null;
    }
    if (sender != null) {
      sender.close();
      sender = null;
    }
  }

  private void hear(Outcome outcome) {
    MomentScan current = scan;
    if (current != null) {
      current.onOutcome(outcome);
    }
  }

  private void failScan(Throwable error) {
    MomentScan current = scan;
    if (current != null) {
      current.fail(error);
    }
  }

  /**
   * Compares until all is done or it is stopped; what it has found is written.
   *
   * @throws SluiceException why it cannot go on; what was found so far is written
   */
  void run() throws InterruptedException {
    VDiffResult before =
        context
            .vdiffs()
            .find(record.uuid(), order.uuid())
            .flatMap(entry -> entry.result())
            .orElse(null);
    findings.restore(log, before);
    if (order.recheck()) {
      beginWithKeys(before);
    }
    write(List.of(), VDiffState.RUNNING, "opening a moment");
    if (order.repairs() > findings.repairs() && !repair()) {
      write(
          List.of(),
          halted.getAsBoolean() ? VDiffState.STOPPED : VDiffState.RUNNING,
          "waiting to go on");
      return;
    }
    long lastProgress = System.nanoTime();
    int failures = 0;
    while (!findings.done()) {
      if (stopped.getAsBoolean()) {
        if (halted.getAsBoolean()) {
          write(List.of(), VDiffState.STOPPED, "stopped");
        } else {
          // another process goes on with it, or this one does when the sides can be compared again
          write(List.of(), VDiffState.RUNNING, "waiting to go on");
        }
        return;
      }
      long doneBefore = findings.rowsDone();
      long openBefore = findings.openKeys();
      SluiceException failure = moment();
      if (findings.rowsDone() != doneBefore || findings.openKeys() < openBefore) {
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

  /** One moment; answers why it ended early, null when it did not. */
  private SluiceException moment() throws InterruptedException {
    Moment moment;
    try {
      connect();
      boolean keysOnly = findings.onlyKeysLeft();
      moment =
          opener.open(
              keysOnly ? 1 : LANES,
              () -> TableReader.read(sessions, sides, order.tables()),
              this::take);
      if (keysOnly && ++keyRounds > MOST_KEY_ROUNDS) {
        findings.tables().forEach(TableScan::giveUpOpen);
        return null;
      }
      leaveOut(moment);
    } catch (SluiceException e) {
      disconnect();
      return e;
    }
    findings.opened(moment.holdMillis());
    write(List.of(), VDiffState.RUNNING, "comparing");
    context.pausePoints().at(VDiffPausePoints.MOMENT_OPEN);
    return compare(moment);
  }

  /** Keys in doubt of ranges that are still ahead; the others have been compared already. */
  private void leaveOut(Moment moment) {
    ShardScanner scanner = moment.lanes().get(0).scanners().get(0);
    for (TableScan table : findings.tables()) {
      Set<List<String>> keys = moment.inDoubt(table.name());
      if (!keys.isEmpty() && !table.handedOut()) {
        table.leaveOut(
            table.sides().ordered() ? scanner.within(table.sides(), table.ahead(), keys) : keys);
      }
    }
  }

  private void take(Map<String, TableSides> tables) {
    findings.tables().forEach(table -> table.sides(tables.get(table.name())));
  }

  private SluiceException compare(Moment moment) throws InterruptedException {
    long end = System.nanoTime() + order.snapshotAge().toNanos();
    MomentScan current =
        new MomentScan(
            moment,
            findings.tables(),
            new ChunkSteps(sides, sender),
            () -> stopped.getAsBoolean() || System.nanoTime() - end > 0,
            stopped);
    scan = current;
    SluiceException failure;
    try {
      current.start();
      while (!current.awaitWork(FLUSH_MILLIS)) {
        flush(current);
      }
    } finally {
      if (current.failed()) {
        opener.forget();
      }
      current.awaitLanes(LANES_LIMIT);
      // from here on no chunk can be finished or given back any more
      failure = current.close();
      scan = null;
    }
    flush(current);
    if (failure != null) {
      disconnect();
    }
    return failure;
  }

  private void flush(MomentScan current) throws InterruptedException {
    List<Chunk> finished = current.takeFinished();
    List<ChunkResult> results = new ArrayList<>();
    for (Chunk chunk : finished) {
      ChunkResult result = chunk.result(order.uuid(), current.moment().at());
      results.add(result);
      chunk.table().add(result);
      if (chunk.keys() != null) {
        chunk.table().compared(chunk.keys());
      }
      metrics.compared(result.matching() + result.differing());
    }
    write(results, VDiffState.RUNNING, "comparing");
  }

  private void write(List<ChunkResult> results, VDiffState state, String stage)
      throws InterruptedException {
    write(results, findings.result(state, stage, null));
  }

  private void write(List<ChunkResult> results, VDiffResult result) throws InterruptedException {
    Set<OpenKeys> open = new HashSet<>();
    for (TableScan table : findings.tables()) {
      if (table.takeOpenChanged()) {
        open.add(table.openKeys(order.uuid()));
      }
    }
    if (!results.isEmpty()) {
      context.pausePoints().at(VDiffPausePoints.BEFORE_RESULTS);
    }
    log.write(results, open, result);
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
    opener.close();
    disconnect();
    requests.close();
  }
}
