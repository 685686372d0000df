package dev.sluice.apply.core;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import java.util.List;

/**
 * Turns cuts into pieces: accepts only successors, decides the mode, coalesces by key, and cuts big
 * ones up; see docs/design/0004-apply.md. Not thread-safe.
 */
public class PiecePlanner implements PieceSource {

  private final CutFeed feed;
  private final String workflowUuid;
  private final List<String> streams;
  private final StreamPlace[] planned;
  private final RowGuard guard;
  private final PieceBuilder builder;
  private final StreamGate gate;

  private OpenCut open;

  /** The open cut goes into the next piece: what is gathered must be handed over first. */
  private boolean openWaits;

  /** Changes of the open cut are in the builder. */
  private boolean openStarted;

  /**
   * A piece of the open cut (or of the one just closed) has been handed over, and its transaction
   * has not ended.
   */
  private boolean transactionOpen;

  private boolean sealed;

  /** What has been gathered is the cut with which the copy begins again, and nothing else. */
  private boolean empties;

  /** The same of a cut with which the stream begins again without a copy. */
  private boolean restarts;

  /** DDL of the cut planned last: the tables' shapes end here, and so does this planner's work. */
  private List<DdlStatement> ddl = List.of();

  private int cutsGathered;
  private int stream = -1;
  private WriteMode mode = WriteMode.REPLACE;
  private int preferred;
  private long lastSeq;

  /**
   * @param streams names of the shards read, in order
   * @param places where each stream stands on the shard now
   */
  public PiecePlanner(
      CutFeed feed,
      String workflowUuid,
      List<String> streams,
      List<StreamPlace> places,
      RowGuard guard,
      ApplyLimits limits) {
    this(feed, workflowUuid, streams, places, guard, limits, StreamGate.OPEN);
  }

  /**
   * @param streams names of the shards read, in order
   * @param places where each stream stands on the shard now
   * @param gate closed for a stream behind each cut with a HOLD marker
   */
  public PiecePlanner(
      CutFeed feed,
      String workflowUuid,
      List<String> streams,
      List<StreamPlace> places,
      RowGuard guard,
      ApplyLimits limits,
      StreamGate gate) {
    this.gate = gate;
    this.feed = feed;
    this.workflowUuid = workflowUuid;
    this.streams = List.copyOf(streams);
    this.planned = places.toArray(StreamPlace[]::new);
    this.guard = guard;
    this.builder = new PieceBuilder(limits);
  }

  @Override
  public Piece poll() {
    advance();
    return take();
  }

  /** Takes in what the feed has, until a piece must be handed over. */
  public void advance() {
    while (ddl.isEmpty() && !mustHandOver()) {
      if (open == null) {
        open = feed.open(gathered() ? stream : preferred, gate::closed);
        if (open == null) {
          return;
        }
        accept(open);
        openWaits = !joins(open);
        openStarted = false;
        lastSeq = planned[open.stream()].lastSeq();
      } else if (!takeInOne()) {
        return;
      }
    }
  }

  /** True when {@link #advance} cannot go on before {@link #take}. */
  public boolean mustHandOver() {
    return openWaits || sealed || builder.isFull();
  }

  /** True when something has been gathered, or begun, that is not handed over yet. */
  public boolean hasPending() {
    return gathered() || open != null;
  }

  private boolean gathered() {
    return cutsGathered > 0 || !builder.isEmpty();
  }

  /**
   * Hands over what has been gathered.
   *
   * @return null when there is nothing, or only a part of a cut that still has room to grow
   */
  public Piece take() {
    boolean midCut = open != null && openStarted && !openWaits;
    if (midCut && !builder.isFull()) {
      return null;
    }
    if (!gathered()) {
      return null;
    }
    Piece piece = midCut ? partOfOpenCut() : wholeCuts();
    builder.clear();
    cutsGathered = 0;
    sealed = false;
    empties = false;
    restarts = false;
    transactionOpen = !piece.commits();
    if (openWaits) {
      openWaits = false;
      stream = open.stream();
      mode = modeOf(open.cut(), planned[stream]);
    }
    if (piece.commits()) {
      preferred = (piece.stream() + 1) % planned.length;
    }
    return piece;
  }

  /**
   * Decides how a cut may be written (I8).
   *
   * @param before the place that the cut follows
   */
  protected WriteMode modeOf(Cut cut, StreamPlace before) {
    boolean rowsReadAgain =
        cut.kind() == CutKind.COPY || cut.kind() == CutKind.RECOPY || cut.kind() == CutKind.REPAIR;
    return before.consistent() && !rowsReadAgain ? WriteMode.EXACT : WriteMode.REPLACE;
  }

  /**
   * Accepts only the successor of what has been planned.
   *
   * @throws SluiceException JOURNAL_GAP
   */
  protected void accept(OpenCut next) {
    Cut cut = next.cut();
    StreamPlace place = planned[next.stream()];
    String name = streams.get(next.stream());
    if (cut.workflowUuid().equals(workflowUuid)
        && cut.stream().equals(name)
        && cut.follows(place.captureEpoch(), place.cut())) {
      return;
    }
    throw new SluiceException(
        ErrorCode.JOURNAL_GAP,
        "journal of stream "
            + name
            + ", offset "
            + next.journalOffset()
            + ": cut "
            + cut.number()
            + " (epoch "
            + cut.captureEpoch()
            + ", after epoch "
            + cut.previousEpoch()
            + ", workflow "
            + cut.workflowUuid()
            + ") does not follow cut "
            + place.cut()
            + " (epoch "
            + place.captureEpoch()
            + ") of workflow "
            + workflowUuid,
        "the journal was written by somebody else or lost records; copy again with `start"
            + " --recopy`");
  }

  private boolean joins(OpenCut next) {
    WriteMode nextMode = modeOf(next.cut(), planned[next.stream()]);
    if (!gathered()) {
      stream = next.stream();
      mode = nextMode;
      return true;
    }
    if (next.cut().kind() == CutKind.RECOPY
        || next.cut().kind() == CutKind.RESTART
        || !next.cut().passedDdl().isEmpty()
        || next.cut().bypassed()) {
      return false;
    }
    // a COPY cut may be committed in parts anyway, so it need not fit
    return next.stream() == stream
        && nextMode == mode
        && (next.cut().kind() == CutKind.COPY
            || builder.fits(next.shardRecords(), next.shardBytes()));
  }

  /** Takes one change in, or closes the cut; false when neither is possible now. */
  private boolean takeInOne() {
    RowChange change = feed.next();
    if (change != null) {
      guard.check(open.stream(), change);
      checkOrder(change);
      builder.add(change);
      openStarted = true;
      return true;
    }
    if (!feed.exhausted()) {
      return false;
    }
    planned[open.stream()] = StreamPlace.at(open.stream(), open.cut(), open.journalOffset());
    cutsGathered++;
    ddl = open.cut().passedDdl();
    empties = open.cut().kind() == CutKind.RECOPY;
    restarts = open.cut().kind() == CutKind.RESTART;
    boolean mayHold = !planned[open.stream()].holds().isEmpty();
    if (mayHold) {
      gate.close(open.stream());
    }
    // what may not be applied is not mixed with what may
    boolean alone = planned[open.stream()].bypassed();
    sealed = transactionOpen || empties || restarts || mayHold || alone || !ddl.isEmpty();
    open = null;
    openStarted = false;
    return true;
  }

  private void checkOrder(RowChange change) {
    if (open.cut().kind() != CutKind.STREAM) {
      return;
    }
    long seq = change.change().seq();
    if (seq <= lastSeq || seq > open.cut().lastSeq()) {
      throw new SluiceException(
          ErrorCode.JOURNAL_GAP,
          "cut "
              + open.cut().number()
              + " of stream "
              + streams.get(open.stream())
              + ": a change with seq "
              + seq
              + " stands after seq "
              + lastSeq
              + " in a cut that ends with seq "
              + open.cut().lastSeq(),
          "a data topic was written by somebody else; copy again with `start --recopy`");
    }
    lastSeq = seq;
  }

  private Piece partOfOpenCut() {
    boolean copy = open.cut().kind() == CutKind.COPY && mode == WriteMode.REPLACE;
    StreamPlace place =
        copy ? planned[stream] : StreamPlace.at(stream, open.cut(), open.journalOffset());
    return piece(place, !transactionOpen, copy, copy);
  }

  private Piece wholeCuts() {
    return piece(planned[stream], !transactionOpen, true, false);
  }

  private Piece piece(StreamPlace place, boolean begins, boolean commits, boolean partial) {
    return new Piece(
        stream,
        mode,
        place,
        begins,
        commits,
        partial,
        cutsGathered,
        builder.batches(),
        builder.operations(),
        builder.bytesTaken(),
        empties,
        ddl,
        restarts);
  }
}
