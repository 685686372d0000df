package dev.sluice.capture.stream;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayList;
import java.util.List;

/** Gathers what the next cut names and writes it. Not thread-safe. */
final class CutWriter {

  private static final long NEVER = -1;

  private final StreamPorts ports;
  private final CutSequence cuts;
  private final CutPolicy policy;
  private final List<Marker> markers = new ArrayList<>();
  private final List<SourceEvent.HeartbeatRow> heartbeats = new ArrayList<>();
  private final List<DdlStatement> ddl = new ArrayList<>();
  private StreamPosition position;
  private boolean wholeRows;
  private boolean unfinishedRows;
  private long openSinceMillis = NEVER;
  private long lastCutMillis;
  private Cut lastCut;

  CutWriter(StreamPorts ports, CutSequence cuts, CutPolicy policy) {
    this.ports = ports;
    this.cuts = cuts;
    this.policy = policy;
  }

  /**
   * Sends a change that belongs to the next cut, or to the one after if its transaction is
   * unfinished by then.
   */
  void send(int table, int partition, Change change) {
    if (openSinceMillis == NEVER) {
      openSinceMillis = ports.clock().millis();
    }
    ports.journal().send(table, partition, change);
    unfinishedRows = true;
  }

  /** Everything sent so far is whole, the stream's position is there. */
  void completed(StreamPosition newPosition) {
    position = newPosition;
    if (unfinishedRows) {
      markWhole();
    }
  }

  private void markWhole() {
    ports.journal().markWhole();
    cuts.markWhole();
    wholeRows = true;
    unfinishedRows = false;
  }

  void addMarker(Marker marker) {
    markers.add(marker);
  }

  void addHeartbeat(SourceEvent.HeartbeatRow heartbeat) {
    heartbeats.add(heartbeat);
  }

  boolean hasMarkers() {
    return !markers.isEmpty();
  }

  List<Marker> markers() {
    return List.copyOf(markers);
  }

  /** True when rows of whole transactions wait for their cut. */
  boolean hasRows() {
    return wholeRows;
  }

  /** True when a cut must not be put off: rows are many or old, or the position is. */
  boolean isDue() {
    if (!wholeRows) {
      return positionIsDue();
    }
    return isCopyDue();
  }

  /** True when copied rows are many or old. */
  boolean isCopyDue() {
    return ports.journal().openBytes() >= policy.maxBytes()
        || openMillis() >= policy.maxAge().toMillis();
  }

  /** True when the position moved and has not been written for long. */
  boolean positionIsDue() {
    return position != null
        && ports.clock().millis() - lastCutMillis >= policy.positionInterval().toMillis();
  }

  /** How long records have been waiting for their cut, milliseconds; 0 when there are none. */
  long openMillis() {
    return openSinceMillis == NEVER ? 0 : ports.clock().millis() - openSinceMillis;
  }

  /** Records were committed without a cut. */
  void forgetAge() {
    openSinceMillis = ports.clock().millis();
  }

  /**
   * Writes a cut that says only where the stream begins.
   *
   * @param kind STREAM, or RECOPY or RESTART when an operator let the copy begin again
   * @param shaped for each table whose shape is not the plan's
   */
  void writeFirst(CutKind kind, List<DdlStatement> shaped) {
    ddl.addAll(shaped);
    write(kind, List.of(), null);
  }

  /** True when a cut of nothing but the copy's progress disturbs nothing. */
  boolean isIdle() {
    return position == null && !wholeRows && !unfinishedRows && !ports.journal().isOpen();
  }

  /** Writes a STREAM cut of everything whole, if there is anything it would say. */
  void writePending() {
    if (position == null && !wholeRows) {
      return;
    }
    if (position != null) {
      String gtidSet = position.gtidSet();
      cuts.position(gtidSet, position.engineOffset(gtidSet));
    }
    List<OffsetRange> ranges = wholeRows ? ports.journal().flush() : List.of();
    ports.pausePoints().at(CapturePausePoints.BEFORE_CUT_SEND);
    write(CutKind.STREAM, ranges, null);
    ports.pausePoints().at(CapturePausePoints.AFTER_COMMIT);
  }

  /**
   * Writes a cut of DDL alone; nothing else may be pending.
   *
   * @param behind the position behind the statement; null when the stream stands before it
   */
  void writeDdl(DdlStatement statement, StreamPosition behind) {
    if (behind != null) {
      String gtidSet = behind.gtidSet();
      cuts.position(gtidSet, behind.engineOffset(gtidSet));
    }
    ddl.add(statement);
    ports.pausePoints().at(CapturePausePoints.BEFORE_DDL_CUT);
    write(CutKind.STREAM, List.of(), null);
    ports.pausePoints().at(CapturePausePoints.AFTER_DDL_CUT);
  }

  /** Writes a REPAIR cut of the rows sent since the last cut. */
  void writeRepair() {
    markWhole();
    write(CutKind.REPAIR, ports.journal().flush(), null);
    ports.pausePoints().at(CapturePausePoints.REPAIR_AFTER_COMMIT);
  }

  /** Writes a COPY cut of the rows sent since the last cut. */
  void writeCopy(CopyProgress progress) {
    markWhole();
    write(CutKind.COPY, ports.journal().flush(), progress);
    ports.pausePoints().at(CapturePausePoints.COPY_AFTER_COMMIT);
  }

  private void write(CutKind kind, List<OffsetRange> ranges, CopyProgress progress) {
    Cut cut = cuts.next(kind, ranges, List.copyOf(markers), List.copyOf(ddl), progress);
    long offset = ports.journal().commit(cut);
    cuts.committed(cut, offset);
    lastCut = cut;
    lastCutMillis = ports.clock().millis();
    position = null;
    wholeRows = false;
    openSinceMillis = unfinishedRows ? lastCutMillis : NEVER;
    markers.clear();
    ddl.clear();
    ports.listener().onCut(cut);
    heartbeats.forEach(
        heartbeat -> ports.listener().onHeartbeat(heartbeat.id(), heartbeat.token()));
    heartbeats.clear();
  }

  Cut lastCut() {
    return lastCut;
  }
}
