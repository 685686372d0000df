package dev.sluice.controller.status;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether the way back works. The proof is a round trip: each second every target shard's heartbeat
 * becomes a cut, and every source shard's applier moves its checkpoint to it. So an applier that
 * stands in the present epoch of a stream, behind that epoch's first cut, has shown that rows can
 * be read there, carried, and committed here. Stateless.
 */
public final class ReverseView {

  /** A way back that is further behind is not ready. */
  public static final double MOST_SECONDS = 5;

  private static final String STREAMING = "streaming";
  private static final String APPLYING = "applying";
  private static final WorkflowStatus.Reverse NONE = new WorkflowStatus.Reverse(false, 0);

  private ReverseView() {}

  /** What is said of it now. */
  public static WorkflowStatus.Reverse of(
      WorkflowRecord record,
      List<Entry<StreamStatus>> streams,
      List<Entry<ApplierStatus>> appliers,
      Instant now) {
    if (record.plan() == null || !record.unitsRun(Direction.REVERSE)) {
      return NONE;
    }
    double lag = 0;
    boolean proven = true;
    for (String read : record.plan().readShards(Direction.REVERSE)) {
      Optional<StreamStatus> stream = fresh(streams, read, record, now);
      lag = Math.max(lag, stream.map(StreamStatus::lagSeconds).orElse(0.0));
      proven &=
          stream
              .filter(s -> STREAMING.equals(s.state()) && s.consistent())
              .filter(s -> s.copyRun() == record.controls().copyRun())
              .filter(s -> everybodyFollows(record, s, appliers, now))
              .isPresent();
    }
    for (String written : record.plan().writtenShards(Direction.REVERSE)) {
      Optional<ApplierStatus> applier = fresh(appliers, written, record, now);
      lag = Math.max(lag, applier.map(ApplierStatus::lagSeconds).orElse(0.0));
    }
    return new WorkflowStatus.Reverse(proven && lag <= MOST_SECONDS, lag);
  }

  private static boolean everybodyFollows(
      WorkflowRecord record,
      StreamStatus stream,
      List<Entry<ApplierStatus>> appliers,
      Instant now) {
    for (String written : record.plan().writtenShards(Direction.REVERSE)) {
      Optional<ApplierStatus> applier = fresh(appliers, written, record, now);
      if (applier.filter(a -> APPLYING.equals(a.state()) && follows(a, stream)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** A parked row waits for a change that is still to come: both sides are not equal yet. */
  private static boolean follows(ApplierStatus applier, StreamStatus stream) {
    return applier.parkedRows() == 0
        && applier.streams() != null
        && applier.streams().stream()
            .filter(place -> place.stream().equals(stream.shard()))
            .anyMatch(
                place ->
                    place.consistent()
                        && place.captureEpoch() == stream.captureEpoch()
                        && place.copyRun() == stream.copyRun()
                        && place.cut() > 1);
  }

  private static <S extends UnitStatus> Optional<S> fresh(
      List<Entry<S>> entries, String shard, WorkflowRecord record, Instant now) {
    return entries.stream()
        .filter(e -> Direction.REVERSE.word().equals(e.status().direction()))
        .filter(e -> e.status().shard().equals(shard))
        .filter(e -> e.generation() >= record.generation() && !e.stale(now, UnitViews.STALE))
        .map(Entry::status)
        .findFirst();
  }
}
