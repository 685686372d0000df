package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.workflow.StreamId;
import java.util.List;
import java.util.Map;

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
  private long copyRun;
  private long cutsSinceCopy;

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
    copyRun = last.copyRun();
  }

  /** What was copied and said so far is void: the copy of that number begins. */
  void beginCopy(long run) {
    copyRun = run;
    copyComplete = false;
    consistent = false;
    lastCopyCutOffset = -1;
  }

  long nextSeq() {
    return ++seq;
  }

  /** Every number handed out so far belongs to whole source transactions. */
  void markWhole() {
    wholeSeq = seq;
  }

  void position(String newGtidSet, Map<String, String> newEngineOffset) {
    gtidSet = newGtidSet;
    engineOffset = newEngineOffset;
  }

  void sourceTime(long timeMillis) {
    sourceTimeMillis = Math.max(sourceTimeMillis, timeMillis);
  }

  void copyIsComplete() {
    copyComplete = true;
  }

  void isConsistent() {
    consistent = true;
  }

  /** The cut to be written next. */
  Cut next(CutKind kind, List<OffsetRange> ranges, List<Marker> markers, CopyProgress progress) {
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
        List.of(),
        progress,
        lastCopyCutOffset,
        copyComplete,
        consistent,
        copyRun);
  }

  /** The cut is in the journal, there. */
  void committed(Cut cut, long journalOffset) {
    lastEpoch = cut.captureEpoch();
    lastNumber = cut.number();
    cutsSinceCopy++;
    if (cut.kind() == CutKind.COPY) {
      cutsSinceCopy = 0;
      lastCopyCutOffset = journalOffset;
    }
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
