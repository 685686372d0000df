package dev.sluice.capture.stream;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The protocol of one stream, copy and binary log, as {@code docs/design/0003-copy-and-stream.md}
 * describes it: no threads, no waiting, no server; {@link #step} does a bounded piece of work. Not
 * thread-safe.
 *
 * <p>Decisions that the protocol's safety rests on are protected methods of their own, so that
 * tests can break them one at a time.
 */
public class StreamCore {

  /** An unfinished source transaction keeps a Kafka transaction open no longer than this. */
  private static final long UNFINISHED_MILLIS = 5_000;

  /**
   * The copy's progress is said again after so many cuts: the journal is kept from the newest COPY
   * cut on, and a start reads back to it.
   */
  private static final long PROGRESS_AGAIN_CUTS = 5_000;

  private final StreamPorts ports;
  private final TransactionReader transactions;
  private final CutSequence cuts;
  private final CutWriter writer;
  private final CutPolicy policy;
  private final long copyRun;
  private final boolean copies;
  private final List<Marker> unfinishedMarkers = new ArrayList<>();
  private final String fence;
  private Boolean unfinishedDenial;
  private CopyPhase copy;
  private List<SourceEvent> events = List.of();
  private int nextEvent;
  private String passedDdl;

  /**
   * @param heartbeatId id of the stream's own heartbeat row
   */
  public StreamCore(StreamId stream, StreamPorts ports, CutPolicy policy, String heartbeatId) {
    this(stream, ports, policy, heartbeatId, 0);
  }

  /**
   * @param heartbeatId id of the stream's own heartbeat row
   * @param copyRun the copy that is wanted: when the journal knows only an earlier one, all begins
   *     again
   */
  public StreamCore(
      StreamId stream, StreamPorts ports, CutPolicy policy, String heartbeatId, long copyRun) {
    this.copyRun = copyRun;
    this.copies = stream.direction() == Direction.FORWARD;
    this.ports = ports;
    this.policy = policy;
    this.cuts = new CutSequence(stream);
    this.fence =
        new FenceId(stream.workflowUuid(), FenceSide.readBy(stream.direction()), stream.shard())
            .gate();
    this.writer = new CutWriter(ports, cuts, policy);
    this.transactions = new TransactionReader(stream, heartbeatId);
  }

  /**
   * Shuts predecessors out, continues where the journal ends, starts the source. Call once, first.
   */
  public final void start() {
    JournalState state = recover();
    cuts.resume(state);
    requireShapes();
    boolean begins = state.lastCut() == null || state.lastCut().copyRun() < copyRun;
    copy = new CopyPhase(ports, cuts, writer, begins ? JournalState.EMPTY : state);
    ports.pausePoints().at(CapturePausePoints.FENCED);
    if (begins) {
      begin();
    }
    transactions.beginsBehind(cuts.gtidSet());
    ports.source().start(cuts.engineOffset());
    copy.resume(begins);
  }

  /** The first copy, or another one from where the server is now. */
  private void begin() {
    cuts.beginCopy(copyRun);
    Map<String, String> shapes = new HashMap<>();
    Map<String, String> present =
        ports
            .source()
            .present(
                () -> {
                  shapes.clear();
                  shapes.putAll(ports.ddl().present());
                });
    cuts.denied(ports.source().denied());
    cuts.position(present.get(StreamPosition.GTIDS), present);
    cuts.sourceTime(ports.clock().millis());
    if (copies) {
      cuts.shapes().forEach(shapes::putIfAbsent);
      cuts.shapes(shapes);
    } else {
      cuts.beginEqual(shapes);
    }
    ports.pausePoints().at(CapturePausePoints.BEFORE_FIRST_CUT);
    CutKind again = copies ? CutKind.RECOPY : CutKind.RESTART;
    writer.writeFirst(copyRun > 0 ? again : CutKind.STREAM, DdlPolicy.asTheyAre(shapes.keySet()));
    requireShapes();
  }

  /**
   * Reads where to go on; fencing comes first, else a predecessor could still commit behind what
   * was read.
   */
  protected JournalState recover() {
    ports.journal().fence();
    return ports.journal().readEnd();
  }

  /**
   * Does a piece of work.
   *
   * @return false when there is nothing to do now
   * @throws dev.sluice.schemas.error.SluiceException why the stream cannot go on
   */
  public final boolean step() {
    if (copy.sliceIsOpen()) {
      boolean streamed = !streamRestsDuringSlice() && stepStream();
      return copy.step() || streamed;
    }
    boolean worked = stepStream();
    if (copies
        && cuts.consistent()
        && cuts.cutsSinceCopy() >= PROGRESS_AGAIN_CUTS
        && !transactions.inTransaction()
        && writer.isIdle()) {
      writer.writeCopy(copy.progress());
    }
    if (repairs()) {
      return true;
    }
    if (copy.wantsSlice() && mayOpenSlice()) {
      writer.writePending();
      copy.openSlice();
      return true;
    }
    return worked;
  }

  /**
   * One at a time, each from a state in which the target is consistent; and never from a side that
   * applications may not write on, whose rows the other side has left behind. So a REPAIR cut
   * stands before the fence's, which every applier passes before its own side is opened.
   */
  private boolean repairs() {
    if (!cuts.consistent() || cuts.denied() || transactions.inTransaction()) {
      return false;
    }
    String id = ports.repairs().next(cuts.repaired());
    if (id == null) {
      return false;
    }
    cuts.repaired().retainAll(ports.repairs().stillAsked(cuts.repaired()));
    writer.writePending();
    copy.repair(id);
    return true;
  }

  /** The stream stands still while a slice is open, so copied rows are placed at one position. */
  protected boolean streamRestsDuringSlice() {
    return true;
  }

  /**
   * A slice begins on a transaction boundary: no row of an unfinished transaction has been sent.
   */
  protected boolean mayOpenSlice() {
    return !transactions.inTransaction();
  }

  /** Only END makes what was sent whole. */
  protected boolean completes(SourceEvent event) {
    return event instanceof SourceEvent.End;
  }

  private boolean stepStream() {
    if (nextEvent == events.size()) {
      events = ports.source().poll();
      nextEvent = 0;
      if (events.isEmpty()) {
        return idle();
      }
    }
    process(events.get(nextEvent++));
    return true;
  }

  private void process(SourceEvent event) {
    transactions.checkPlace(event);
    if (event instanceof SourceEvent.Ddl ddl) {
      meet(ddl);
      return;
    }
    boolean dropped = transactions.accept(event);
    if (dropped) {
      drop(event);
    }
    if (!dropped && event instanceof SourceEvent.Row row) {
      send(row);
      if (ports.journal().openBytes() >= policy.unfinishedBytes()) {
        commitUnfinished();
      }
    } else if (!dropped && event instanceof SourceEvent.MarkerRow marker) {
      unfinishedMarkers.add(new Marker(marker.token(), marker.kind()));
    } else if (!dropped && event instanceof SourceEvent.FenceRow row) {
      meet(row);
    }
    if (completes(event)) {
      complete(event);
    }
  }

  private void meet(SourceEvent.FenceRow row) {
    if (row.changed()) {
      unfinishedMarkers.add(new Marker(row.token(), Marker.FENCE));
    }
    if (row.id().equals(fence)) {
      unfinishedDenial = row.denied();
    }
  }

  private void drop(SourceEvent event) {
    if (event instanceof SourceEvent.CheckpointRow row) {
      cuts.announce(row.applier(), row.ddlToken());
    } else if (event instanceof SourceEvent.Row) {
      cuts.droppedRow();
    }
  }

  /** DDL ends its cut; what becomes of it stands in a cut of its own. */
  private void meet(SourceEvent.Ddl ddl) {
    if (ddl.gtid().equals(passedDdl)) {
      // one statement can be several events
      return;
    }
    writer.writePending();
    DdlStatement held = cuts.held();
    boolean own = cuts.takeAnnounced(ddl.statement());
    ports.ddl().denied(cuts.denied());
    DdlVerdict verdict = ports.ddl().judge(ddl, held, own);
    if (cuts.denied() && !own) {
      verdict = FenceBypass.judge(ddl, verdict);
    }
    if (verdict.stop() != null) {
      if (verdict.statement() != null && !verdict.statement().equals(held)) {
        writer.writeDdl(verdict.statement(), null);
      }
      throw verdict.stop();
    }
    passedDdl = ddl.gtid();
    if (own && verdict.shapes().equals(cuts.shapes())) {
      return;
    }
    cuts.shapes(verdict.shapes());
    writer.writeDdl(verdict.statement(), StreamPosition.after(ddl));
    requireShapes();
  }

  private void requireShapes() {
    if (!cuts.shapes().equals(ports.ddl().shapes())) {
      throw new ShapesChangedException(cuts.shapes());
    }
  }

  private void complete(SourceEvent event) {
    if (event instanceof SourceEvent.End end) {
      cuts.sourceTime(end.timeMillis());
    }
    writer.completed(StreamPosition.after(transactions.begin()));
    if (unfinishedDenial != null) {
      cuts.denied(unfinishedDenial);
      unfinishedDenial = null;
    }
    unfinishedMarkers.forEach(writer::addMarker);
    unfinishedMarkers.clear();
    transactions.takeHeartbeats().forEach(writer::addHeartbeat);
    String beat = transactions.takeOwnHeartbeat();
    if (writer.hasMarkers()) {
      copy.meet(writer.markers());
      writer.writePending();
    } else if (writer.isDue() || beat != null) {
      writer.writePending();
    }
    copy.metHeartbeat(beat);
  }

  private void send(SourceEvent.Row row) {
    cuts.sent();
    SourcePosition position =
        new SourcePosition(
            transactions.begin().gtid(), row.file(), row.pos(), row.row(), row.timeMillis());
    if (ports.router().moves(row)) {
      send(row.table(), Op.DELETE, row.before(), null, position);
      send(row.table(), Op.CREATE, row.after(), row.after(), position);
    } else {
      Object[] image = row.op() == Op.DELETE ? row.before() : row.after();
      send(row.table(), row.op(), image, row.after(), position);
    }
  }

  private void send(int table, Op op, Object[] image, Object[] after, SourcePosition position) {
    int partition = ports.router().partition(table, image);
    Change change =
        new Change(op, ports.router().key(table, image), after, position, cuts.nextSeq());
    writer.send(table, partition, change);
    ports.listener().onChange(table, op);
    ports.pausePoints().at(CapturePausePoints.MID_TRANSACTION);
  }

  /** No event is waiting: what is whole goes out. */
  private boolean idle() {
    if (writer.hasRows() || writer.positionIsDue()) {
      writer.writePending();
      return true;
    }
    if (transactions.inTransaction()
        && ports.journal().isOpen()
        && writer.openMillis() >= UNFINISHED_MILLIS) {
      commitUnfinished();
      return true;
    }
    return false;
  }

  private void commitUnfinished() {
    if (writer.hasRows()) {
      writer.writePending();
    } else {
      ports.journal().commitUnfinished();
      writer.forgetAge();
    }
    ports.pausePoints().at(CapturePausePoints.MID_TRANSACTION_COMMITTED);
  }

  /** Brings the Kafka transaction to its end; false inside a source transaction or a slice. */
  public final boolean settle() {
    if (copy.sliceIsOpen() || transactions.inTransaction()) {
      return false;
    }
    writer.writePending();
    return true;
  }

  /** The last committed cut; null before the first. */
  public final Cut lastCut() {
    return writer.lastCut();
  }

  /** The copy's progress now, sent or not yet committed; null before the start. */
  public final CopyProgress copyProgress() {
    return copy == null ? null : copy.progress();
  }

  public final long captureEpoch() {
    return cuts.captureEpoch();
  }

  /** True while a slice is open. */
  public final boolean sliceIsOpen() {
    return copy != null && copy.sliceIsOpen();
  }

  /** True when every row has been sent and every snapshot is closed. */
  public final boolean copyComplete() {
    return cuts.copyComplete();
  }

  public final boolean consistent() {
    return cuts.consistent();
  }
}
