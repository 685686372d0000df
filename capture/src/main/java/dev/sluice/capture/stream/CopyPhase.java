package dev.sluice.capture.stream;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Marker;
import java.util.List;

/**
 * The row copy's side of the core: slices, COPY cuts, and the markers between and behind them. Not
 * thread-safe.
 */
final class CopyPhase {

  private final StreamPorts ports;
  private final CutSequence cuts;
  private final CutWriter writer;
  private final CopyTracker tracker;
  private Slice slice;
  private boolean unsaved;
  private long seq;
  private SourcePosition place;
  private String probeToken;
  private String copiedToken;
  private boolean backlogWait;

  CopyPhase(StreamPorts ports, CutSequence cuts, CutWriter writer, JournalState state) {
    this.ports = ports;
    this.cuts = cuts;
    this.writer = writer;
    this.tracker =
        new CopyTracker(
            state.copyProgress() == null ? ports.slices().initial() : state.copyProgress());
  }

  /** Goes on after a start. */
  void resume(boolean firstStart) {
    if (cuts.consistent()) {
      return;
    }
    if (cuts.copyComplete() || tracker.complete()) {
      writeCopied();
    } else if (!firstStart) {
      // the stream may have much to catch up with
      writeProbe();
    }
  }

  boolean sliceIsOpen() {
    return slice != null;
  }

  CopyProgress progress() {
    return tracker.progress();
  }

  /**
   * True when rows are missing, the stream has caught up since the last slice, and appliers are not
   * too far behind.
   */
  boolean wantsSlice() {
    if (cuts.copyComplete() || probeToken != null || copiedToken != null) {
      return false;
    }
    boolean wait = !ports.copyMayRun().getAsBoolean();
    if (wait != backlogWait) {
      backlogWait = wait;
      ports.listener().onBacklogWait(wait);
    }
    return !wait;
  }

  /** Opens a slice at the last cut's position. */
  void openSlice() {
    slice = ports.slices().open(cuts.gtidSet(), tracker.progress());
    tracker.planned(slice.planned());
    ports.listener().onSlice(true);
    ports.pausePoints().at(CapturePausePoints.SLICE_OPENED);
  }

  /**
   * Sends a batch, writes a cut, or ends the slice; answers false when there is nothing to do now.
   */
  boolean step() {
    CopyBatch batch = slice.poll();
    if (batch != null) {
      send(batch);
      if (writer.isCopyDue()) {
        save();
      }
      return true;
    }
    if (slice.finished()) {
      if (unsaved) {
        save();
      }
      endSlice();
      return true;
    }
    if (unsaved && writer.isCopyDue()) {
      save();
      return true;
    }
    return false;
  }

  private void send(CopyBatch batch) {
    if (!unsaved) {
      unsaved = true;
      seq = cuts.nextSeq();
      place = new SourcePosition(null, "", 0, 0, cuts.sourceTimeMillis());
    }
    RowRouter router = ports.router();
    for (Object[] row : batch.rows()) {
      Change change = new Change(Op.READ, router.key(batch.table(), row), row, place, seq);
      writer.send(batch.table(), router.partition(batch.table(), row), change);
      ports.listener().onChange(batch.table(), Op.READ);
    }
    tracker.sent(batch);
  }

  private void save() {
    writer.writeCopy(tracker.progress());
    unsaved = false;
  }

  private void endSlice() {
    slice.close();
    slice = null;
    ports.listener().onSlice(false);
    ports.pausePoints().at(CapturePausePoints.SLICE_CLOSED);
    if (tracker.complete()) {
      writeCopied();
    } else {
      writeProbe();
    }
  }

  /**
   * Every snapshot is closed: what the stream brings from this marker on leaves the target
   * consistent.
   */
  private void writeCopied() {
    cuts.copyIsComplete();
    ports.pausePoints().at(CapturePausePoints.BEFORE_MARKER);
    copiedToken = ports.markers().write(Marker.COPIED);
    ports.pausePoints().at(CapturePausePoints.AFTER_MARKER);
  }

  /**
   * Reads rows again and places what was found at the last cut's position, as a slice's are; what
   * happened to them between there and the snapshot comes again behind them.
   */
  void repair(String id) {
    List<Repairs.Found> found = ports.repairs().read(cuts.gtidSet(), id);
    ports.pausePoints().at(CapturePausePoints.REPAIR_READ);
    seq = cuts.nextSeq();
    place = new SourcePosition(null, "", 0, 0, cuts.sourceTimeMillis());
    for (Repairs.Found one : found) {
      Op op = one.row() == null ? Op.DELETE : Op.READ;
      writer.send(one.table(), one.partition(), new Change(op, one.key(), one.row(), place, seq));
      ports.listener().onChange(one.table(), op);
    }
    cuts.repaired(id);
    writer.writeRepair();
    writeCopied();
  }

  private void writeProbe() {
    probeToken = ports.markers().write(Marker.PROBE);
  }

  /**
   * The stream has met a heartbeat of its own. One that was begun behind the marker shows that the
   * marker is lost: a replica that had not got it yet was made the primary. It is written again,
   * and what it says is as true as before.
   *
   * @param token null when it was none of its own
   */
  void metHeartbeat(String token) {
    boolean waits = probeToken != null || copiedToken != null;
    if (token == null || !waits || !ports.markers().precedes(token)) {
      return;
    }
    if (copiedToken != null) {
      writeCopied();
    } else {
      writeProbe();
    }
  }

  /** The stream has met these markers, whose cut is about to be written. */
  void meet(List<Marker> markers) {
    for (Marker marker : markers) {
      if (marker.token().equals(probeToken)) {
        probeToken = null;
      }
      if (marker.token().equals(copiedToken)) {
        cuts.isConsistent();
        copiedToken = null;
      }
    }
  }
}
