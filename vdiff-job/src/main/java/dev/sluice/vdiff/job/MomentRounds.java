package dev.sluice.vdiff.job;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.vdiff.scan.Moment;
import dev.sluice.vdiff.scan.MomentOpener;
import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.scan.ShardScanner;
import dev.sluice.vdiff.scan.TableReader;
import dev.sluice.vdiff.scan.TableSides;
import dev.sluice.vdiff.scan.VDiffPausePoints;
import dev.sluice.vdiff.topology.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Moments of one VDiff, one after another: opens one, compares in it until there is nothing left,
 * its snapshots are too old or it is lost. Used by one thread.
 */
final class MomentRounds implements AutoCloseable {

  private static final int LANES = 2;
  private static final long FLUSH_MILLIS = 250;
  private static final Duration LANES_LIMIT = Duration.ofSeconds(20);

  /** Moments in which keys that change all the time are looked at. */
  private static final int MOST_KEY_ROUNDS = 40;

  /** Hears how far it is; on the thread that calls. */
  interface Listener {

    /** True when chunks are to be compared again that are not known yet. */
    boolean compareMore();

    /** A moment is about to be opened; the tables are as given. */
    void opening(Map<String, TableSides> tables) throws InterruptedException;

    /** A moment is open, and nothing has been compared in it. */
    void opened(Moment moment) throws InterruptedException;

    /**
     * Writes chunks that are finished, and how far the VDiff is.
     *
     * @param moment that they were compared in; null when there are none
     */
    void flush(List<Chunk> finished, Moment moment) throws InterruptedException;
  }

  private final VDiffContext context;
  private final VDiffOrder order;
  private final MoveSides sides;
  private final MySqlSessions sessions;
  private final Findings findings;
  private final ScanPace pace;
  private final BooleanSupplier stopped;
  private final Listener listener;
  private final TopicNames names;
  private final MomentOpener opener;
  private DigestSender sender;
  private OutcomeFollower outcomes;
  private volatile MomentScan scan;
  private int keyRounds;

  /**
   * Follows the journal from now on.
   *
   * @param stopped true when the VDiff is to be given up
   */
  MomentRounds(
      VDiffContext context,
      VDiffOrder order,
      MoveSides sides,
      MySqlSessions sessions,
      RequestWriter requests,
      Findings findings,
      ScanPace pace,
      BooleanSupplier stopped,
      Listener listener)
      throws InterruptedException {
    this.context = context;
    this.order = order;
    this.sides = sides;
    this.sessions = sessions;
    this.findings = findings;
    this.pace = pace;
    this.stopped = stopped;
    this.listener = listener;
    this.names = TopicNames.of(sides.record().name(), Direction.FORWARD);
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

  /** One moment; answers why it ended early, null when it did not. */
  SluiceException next() throws InterruptedException {
    Moment moment;
    boolean keysOnly = findings.onlyKeysLeft() && !listener.compareMore();
    try {
      connect();
      moment = opener.open(keysOnly ? 1 : LANES, this::read, this::take);
    } catch (SluiceException e) {
      disconnect();
      return e;
    }
    // what it writes must not be tried again in this run: it throws
    listener.opened(moment);
    if (keysOnly && ++keyRounds > MOST_KEY_ROUNDS) {
      findings.tables().forEach(TableScan::giveUpOpen);
      return null;
    }
    try {
      leaveOut(moment);
    } catch (SluiceException e) {
      opener.forget();
      disconnect();
      return e;
    }
    findings.opened(moment.holdMillis());
    listener.flush(List.of(), null);
    context.pausePoints().at(VDiffPausePoints.MOMENT_OPEN);
    return compare(moment);
  }

  private Map<String, TableSides> read() throws InterruptedException {
    Map<String, TableSides> tables = TableReader.read(sessions, sides, order.tables());
    listener.opening(tables);
    return tables;
  }

  private void take(Map<String, TableSides> tables) {
    findings.tables().forEach(table -> table.sides(tables.get(table.name())));
  }

  /** Keys in doubt of ranges that are still ahead; the others have been compared already. */
  private void leaveOut(Moment moment) {
    ShardScanner scanner = moment.lanes().get(0).scanners().get(0);
    for (TableScan table : findings.tables()) {
      Set<List<String>> keys = moment.inDoubt(table.name());
      if (!keys.isEmpty() && !table.handedOut()) {
        table
            .keys()
            .leaveOut(
                table.sides().ordered()
                    ? scanner.within(table.sides(), table.ahead(), keys)
                    : keys);
      }
    }
  }

  private SluiceException compare(Moment moment) throws InterruptedException {
    long end = System.nanoTime() + order.snapshotAge().toNanos();
    BooleanSupplier old = () -> System.nanoTime() - end > 0;
    MomentScan current =
        new MomentScan(
            moment,
            findings.tables(),
            new ChunkSteps(sides, sender, pace),
            pace,
            () -> stopped.getAsBoolean() || old.getAsBoolean(),
            stopped);
    scan = current;
    SluiceException failure;
    try {
      current.start();
      while (!current.awaitWork(FLUSH_MILLIS)) {
        listener.flush(current.takeFinished(), moment);
        if (old.getAsBoolean() && current.inOneScan() != null) {
          current.fail(tooOld(current.inOneScan()));
        }
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
    listener.flush(current.takeFinished(), moment);
    if (failure != null) {
      disconnect();
    }
    return failure;
  }

  /** A new moment would not help: the scan would begin again from the table's start. */
  private SluiceException tooOld(String table) {
    return new SluiceException(
        ErrorCode.VDIFF_FAILED,
        "table "
            + table
            + " is compared in one scan, since the sides order its key differently, and that took"
            + " longer than a snapshot may be open: "
            + order.maxSnapshotAge(),
        "create a VDiff with a longer --max-snapshot-age");
  }

  /** As {@link MomentOpener#markWritten}. */
  void markWritten(Consumer<Set<String>> expected) {
    opener.markWritten(expected);
  }

  @Override
  public void close() {
    opener.close();
    disconnect();
  }
}
