package dev.sluice.capture.stream;

import dev.sluice.mysql.ddl.OwnDdl;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.workflow.StreamId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What goes on from cut to cut: numbers, position, flags. Not thread-safe. */
final class CutSequence {

  private final StreamId stream;
  private long captureEpoch = 1;
  private long lastEpoch;
  private long lastNumber;
  private String gtidSet = "";
  private Map<String, String> engineOffset = Map.of();
  private long sourceTimeMillis;
  private long seq;
  private long wholeSeq;
  private long lastCopyCutOffset = -1;
  private boolean copyComplete;
  private boolean consistent;
  private Map<String, String> shapes = Map.of();
  private final Map<String, String> announced = new HashMap<>();
  private DdlStatement held;
  private long copyRun;
  private long cutsSinceCopy;
  private long dropped;
  private final Set<String> repaired = new TreeSet<>();
  private boolean denied;
  private boolean bypassing;
  private boolean bypassed;

  CutSequence(StreamId stream) {
    this.stream = stream;
  }

  /** Goes on where the journal ends, one epoch later. */
  void resume(JournalState state) {
    Cut last = state.lastCut();
    if (last == null) {
      return;
    }
    captureEpoch = last.captureEpoch() + 1;
    lastEpoch = last.captureEpoch();
    lastNumber = last.number();
    gtidSet = last.gtidSet();
    engineOffset = last.engineOffset();
    sourceTimeMillis = last.sourceTimeMillis();
    seq = last.lastSeq();
    wholeSeq = seq;
    lastCopyCutOffset = state.lastCopyCutOffset();
    copyComplete = last.copyComplete();
    consistent = last.consistent();
    shapes = last.shapes();
    announced.putAll(last.announced());
    held = heldIn(last.ddl());
    copyRun = last.copyRun();
    repaired.addAll(last.repaired());
    denied = last.denied();
  }

  private static DdlStatement heldIn(List<DdlStatement> ddl) {
    return ddl.stream()
        .filter(d -> d.action() == DdlStatement.Action.HOLD)
        .findFirst()
        .orElse(null);
  }

  /** What was copied and said so far is void: the copy of that number begins. */
  void beginCopy(long run) {
    copyRun = run;
    copyComplete = false;
    consistent = false;
    lastCopyCutOffset = -1;
  }

  /**
   * A row change of a moved table was met and is not sent: the other direction's applier made it.
   */
  void droppedRow() {
    dropped++;
  }

  /**
   * The way back copies nothing: both sides are equal at the position where it begins, and from
   * there on only its own appliers' opposites write on the side it reads, until that has the
   * traffic.
   */
  void beginEqual(Map<String, String> presentShapes) {
    copyComplete = true;
    consistent = true;
    shapes = Map.copyOf(presentShapes);
  }

  /** The fence on the server read denies application writes from here on, or no longer. */
  void denied(boolean newDenied) {
    denied = newDenied;
  }

  boolean denied() {
    return denied;
  }

  /** A row of an application is sent: with the fence denying it, it should not be there. */
  void sent() {
    bypassing |= denied;
  }

  long nextSeq() {
    return ++seq;
  }

  /** Every number handed out so far belongs to whole source transactions. */
  void markWhole() {
    wholeSeq = seq;
    bypassed |= bypassing;
    bypassing = false;
  }

  void position(String newGtidSet, Map<String, String> newEngineOffset) {
    gtidSet = newGtidSet;
    engineOffset = newEngineOffset;
  }

  /** As it is: a clock that was wrong once must not hide the lag until it is right again. */
  void sourceTime(long timeMillis) {
    sourceTimeMillis = timeMillis;
  }

  void copyIsComplete() {
    copyComplete = true;
  }

  void isConsistent() {
    consistent = true;
  }

  /**
   * Rows are read again for this request: until its marker the target is no state of the source's.
   */
  void repaired(String id) {
    repaired.add(id);
    consistent = false;
  }

  /** Requests that have been done, of those that may still be there. */
  Set<String> repaired() {
    return repaired;
  }

  /** The cut to be written next. */
  Cut next(
      CutKind kind,
      List<OffsetRange> ranges,
      List<Marker> markers,
      List<DdlStatement> ddl,
      CopyProgress progress) {
    return new Cut(
        stream.workflowUuid(),
        stream.shard(),
        captureEpoch,
        lastNumber + 1,
        lastEpoch,
        kind,
        gtidSet,
        sourceTimeMillis,
        ranges,
        wholeSeq,
        engineOffset,
        markers,
        ddl,
        progress,
        lastCopyCutOffset,
        copyComplete,
        consistent,
        shapes,
        announced,
        copyRun,
        dropped,
        List.copyOf(repaired),
        denied,
        bypassed);
  }

  /** The cut is in the journal, there. */
  void committed(Cut cut, long journalOffset) {
    lastEpoch = cut.captureEpoch();
    lastNumber = cut.number();
    held = heldIn(cut.ddl());
    cutsSinceCopy++;
    dropped -= cut.dropped();
    bypassed = false;
    if (cut.kind() == CutKind.COPY) {
      cutsSinceCopy = 0;
      lastCopyCutOffset = journalOffset;
    }
  }

  /** Tables have these shapes from the next cut on. */
  void shapes(Map<String, String> newShapes) {
    shapes = Map.copyOf(newShapes);
  }

  Map<String, String> shapes() {
    return shapes;
  }

  /** The statement that the stream stood before at its last cut; null if there is none. */
  DdlStatement held() {
    return held;
  }

  /** An applier of the other direction says what DDL it is about to run; null for none. */
  void announce(String applier, String ddlToken) {
    if (ddlToken == null) {
      announced.remove(applier);
    } else {
      announced.put(applier, ddlToken);
    }
  }

  /** True once for each statement that was announced. */
  boolean takeAnnounced(String statement) {
    return announced.values().removeIf(token -> OwnDdl.carries(statement, token));
  }

  String gtidSet() {
    return gtidSet;
  }

  Map<String, String> engineOffset() {
    return engineOffset;
  }

  long captureEpoch() {
    return captureEpoch;
  }

  long sourceTimeMillis() {
    return sourceTimeMillis;
  }

  boolean copyComplete() {
    return copyComplete;
  }

  /** Cuts written since the newest COPY cut, or since the start of this capture. */
  long cutsSinceCopy() {
    return cutsSinceCopy;
  }

  boolean consistent() {
    return consistent;
  }
}
