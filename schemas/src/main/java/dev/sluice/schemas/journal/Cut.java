package dev.sluice.schemas.journal;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A journal record: every change up to a source position lies in these offset ranges. Immutable.
 *
 * <p>A cut ends on a source-transaction boundary. Readers accept only the successor of what they
 * have; records outside the ranges of cuts do not exist.
 *
 * @param workflowUuid the workflow it belongs to
 * @param stream name of the shard read
 * @param captureEpoch rises with each start of the stream's capture
 * @param number rises by one with each cut of the stream, from 1, over all epochs
 * @param previousEpoch the predecessor's epoch; 0 for the first cut
 * @param gtidSet executed set of the source up to here, MySQL's text form
 * @param sourceTimeMillis source time of the newest change or heartbeat, milliseconds since 1970
 *     UTC; 0 when unknown
 * @param ranges one for each partition touched
 * @param lastSeq highest seq handed out so far
 * @param engineOffset Debezium's offset from which a restart continues, as JSON-like map
 * @param copyProgress only in COPY cuts; else null
 * @param lastCopyCutOffset journal offset of the newest COPY cut before this one; -1 when there is
 *     none
 * @param copyComplete every row has been sent and the last snapshot is closed
 * @param consistent the target equals the source at this cut once it has been applied
 * @param shapes by table, {@link dev.sluice.schemas.workflow.TableShape} as JSON: what DDL has made
 *     of tables since the move was planned; rows of later cuts have these shapes
 * @param announced DDL of Sluice's own that is under way on the server read: token by applier
 * @param copyRun how often the row copy has been begun again by an operator; 0 for the first
 * @param dropped row changes of moved tables, since the cut before, that the stream met and did not
 *     send, as the other direction's applier had made them (I6)
 * @param repaired ids of the repair requests that this stream has done and that are still asked
 * @param denied the fence on the server read denies application writes, from the end of this cut on
 * @param bypassed rows of an application, written while writes were denied, are in this cut
 */
public record Cut(
    String workflowUuid,
    String stream,
    long captureEpoch,
    long number,
    long previousEpoch,
    CutKind kind,
    String gtidSet,
    long sourceTimeMillis,
    List<OffsetRange> ranges,
    long lastSeq,
    Map<String, String> engineOffset,
    List<Marker> markers,
    List<DdlStatement> ddl,
    CopyProgress copyProgress,
    long lastCopyCutOffset,
    boolean copyComplete,
    boolean consistent,
    Map<String, String> shapes,
    Map<String, String> announced,
    long copyRun,
    long dropped,
    List<String> repaired,
    boolean denied,
    boolean bypassed) {

  /** A cut of a server whose fence denies nothing. */
  public Cut(
      String workflowUuid,
      String stream,
      long captureEpoch,
      long number,
      long previousEpoch,
      CutKind kind,
      String gtidSet,
      long sourceTimeMillis,
      List<OffsetRange> ranges,
      long lastSeq,
      Map<String, String> engineOffset,
      List<Marker> markers,
      List<DdlStatement> ddl,
      CopyProgress copyProgress,
      long lastCopyCutOffset,
      boolean copyComplete,
      boolean consistent,
      Map<String, String> shapes,
      Map<String, String> announced,
      long copyRun,
      long dropped,
      List<String> repaired) {
    this(
        workflowUuid,
        stream,
        captureEpoch,
        number,
        previousEpoch,
        kind,
        gtidSet,
        sourceTimeMillis,
        ranges,
        lastSeq,
        engineOffset,
        markers,
        ddl,
        copyProgress,
        lastCopyCutOffset,
        copyComplete,
        consistent,
        shapes,
        announced,
        copyRun,
        dropped,
        repaired,
        false,
        false);
  }

  /** A cut of the first copy, of tables that no DDL has changed. */
  public Cut(
      String workflowUuid,
      String stream,
      long captureEpoch,
      long number,
      long previousEpoch,
      CutKind kind,
      String gtidSet,
      long sourceTimeMillis,
      List<OffsetRange> ranges,
      long lastSeq,
      Map<String, String> engineOffset,
      List<Marker> markers,
      List<DdlStatement> ddl,
      CopyProgress copyProgress,
      long lastCopyCutOffset,
      boolean copyComplete,
      boolean consistent) {
    this(
        workflowUuid,
        stream,
        captureEpoch,
        number,
        previousEpoch,
        kind,
        gtidSet,
        sourceTimeMillis,
        ranges,
        lastSeq,
        engineOffset,
        markers,
        ddl,
        copyProgress,
        lastCopyCutOffset,
        copyComplete,
        consistent,
        Map.of(),
        Map.of(),
        0,
        0,
        List.of());
  }

  public Cut {
    Objects.requireNonNull(workflowUuid, "workflowUuid");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(gtidSet, "gtidSet");
    ranges = List.copyOf(ranges);
    engineOffset = Map.copyOf(engineOffset);
    markers = List.copyOf(markers);
    ddl = List.copyOf(ddl);
    shapes = Map.copyOf(shapes);
    announced = Map.copyOf(announced);
    repaired = List.copyOf(repaired);
    if (kind == CutKind.COPY && copyProgress == null) {
      throw new IllegalArgumentException("COPY cut " + number + " carries no progress");
    }
  }

  /** Number of the predecessor; 0 for the first cut. */
  public long previousNumber() {
    return number - 1;
  }

  /** True when this cut directly follows a cut with that epoch and number, in the same workflow. */
  public boolean follows(long epoch, long cutNumber) {
    return previousEpoch == epoch && number == cutNumber + 1 && captureEpoch >= epoch;
  }

  /** DDL after which rows may have another shape: readers do with it what it says, then go on. */
  public List<DdlStatement> passedDdl() {
    return ddl.stream().filter(d -> d.action() != DdlStatement.Action.HOLD).toList();
  }

  /** Records over all ranges. */
  public long records() {
    return ranges.stream().mapToLong(OffsetRange::count).sum();
  }
}
