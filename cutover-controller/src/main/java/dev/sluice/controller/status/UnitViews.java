package dev.sluice.controller.status;

import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Shows streams and appliers; one that has said nothing for too long is shown as {@code unknown}.
 * Stateless.
 */
public final class UnitViews {

  /** A status older than this is not believed. */
  public static final Duration STALE = Duration.ofSeconds(10);

  private static final String UNKNOWN = "unknown";
  private static final String STOPPED = "stopped";

  private UnitViews() {}

  /** A view of each stream the plan asks for, whether it has spoken or not. */
  public static List<WorkflowStatus.Stream> streams(
      WorkflowRecord record, List<Entry<StreamStatus>> entries, Instant now) {
    return views(
        record,
        MovePlan::readShards,
        entries,
        entry -> stream(record, entry, now),
        (direction, shard) -> silentStream(record, direction, shard, now));
  }

  /** A view of each applier the plan asks for, whether it has spoken or not. */
  public static List<WorkflowStatus.Applier> appliers(
      WorkflowRecord record, List<Entry<ApplierStatus>> entries, Instant now) {
    return views(
        record,
        MovePlan::writtenShards,
        entries,
        entry -> applier(record, entry, now),
        (direction, shard) -> silentApplier(record, direction, shard, now));
  }

  /** Those of the way back come last, once it has begun. */
  private static <S extends UnitStatus, V> List<V> views(
      WorkflowRecord record,
      BiFunction<MovePlan, Direction, List<String>> shards,
      List<Entry<S>> entries,
      Function<Entry<S>, V> spoken,
      BiFunction<Direction, String, V> silent) {
    List<V> views = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      if (direction == Direction.REVERSE && !record.hasReverse()) {
        continue;
      }
      for (String shard : shards.apply(record.plan(), direction)) {
        views.add(
            entries.stream()
                .filter(e -> direction.word().equals(e.status().direction()))
                .filter(e -> e.status().shard().equals(shard))
                .findFirst()
                .map(spoken)
                .orElseGet(() -> silent.apply(direction, shard)));
      }
    }
    return views;
  }

  private static WorkflowStatus.Stream stream(
      WorkflowRecord record, Entry<StreamStatus> entry, Instant now) {
    StreamStatus status = entry.status();
    boolean stale = entry.stale(now, STALE);
    return new WorkflowStatus.Stream(
        status.id(),
        status.direction(),
        status.shard(),
        state(record, status.state(), stale),
        status.stage(),
        status.gtidExecuted(),
        lag(record, status.lagSeconds(), entry.seenAt(), stale, now),
        status.cut(),
        status.captureEpoch(),
        status.consistent(),
        status.retryingSince(),
        WorkflowStatus.ErrorView.of(status.error()),
        status.replicaLagSeconds());
  }

  private static WorkflowStatus.Stream silentStream(
      WorkflowRecord record, Direction direction, String shard, Instant now) {
    return new WorkflowStatus.Stream(
        id(record, direction, shard),
        direction.word(),
        shard,
        silentState(record),
        null,
        null,
        silentLag(record, now),
        null,
        null,
        false,
        null,
        null,
        null);
  }

  private static WorkflowStatus.Applier applier(
      WorkflowRecord record, Entry<ApplierStatus> entry, Instant now) {
    ApplierStatus status = entry.status();
    boolean stale = entry.stale(now, STALE);
    List<ApplierStatus.StreamPlace> places =
        status.streams() == null ? List.of() : status.streams();
    return new WorkflowStatus.Applier(
        status.id(),
        status.direction(),
        status.shard(),
        state(record, status.state(), stale),
        status.stage(),
        gtids(places),
        places.stream().map(ApplierStatus.StreamPlace::cut).min(Long::compare).orElse(null),
        lag(record, status.lagSeconds(), entry.seenAt(), stale, now),
        status.backlogBytes(),
        status.ownerEpoch(),
        status.indexing() == null ? List.of() : status.indexing(),
        status.parkedRows(),
        status.parkedOldest(),
        status.retryingSince(),
        WorkflowStatus.ErrorView.of(status.error()),
        finite(status.replicaLagSeconds()),
        stale ? null : status.heldSince());
  }

  /** JSON has no number for a replica that does not replicate. */
  private static Double finite(Double seconds) {
    return seconds == null || seconds.isInfinite() ? null : seconds;
  }

  private static WorkflowStatus.Applier silentApplier(
      WorkflowRecord record, Direction direction, String shard, Instant now) {
    return new WorkflowStatus.Applier(
        id(record, direction, shard),
        direction.word(),
        shard,
        silentState(record),
        null,
        null,
        null,
        silentLag(record, now),
        null,
        null,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static String id(WorkflowRecord record, Direction direction, String shard) {
    return record.name() + "/" + direction.word() + "/" + shard;
  }

  /** A stopped unit says so once and is then silent: that is no reason to doubt it. */
  private static String state(WorkflowRecord record, String said, boolean stale) {
    if (!record.unitsRun() && said.equals(STOPPED)) {
      return STOPPED;
    }
    return stale ? UNKNOWN : said;
  }

  private static String silentState(WorkflowRecord record) {
    return record.unitsRun() ? UNKNOWN : STOPPED;
  }

  /** What should run and was never heard of lags at least since the workflow's state began. */
  private static double silentLag(WorkflowRecord record, Instant now) {
    return record.unitsRun()
        ? Math.max(0, Duration.between(record.since(), now).toMillis() / 1000.0)
        : 0;
  }

  /** What has not been heard of for a while lags at least by that while. */
  private static double lag(
      WorkflowRecord record, double said, Instant seenAt, boolean stale, Instant now) {
    double silentSeconds = Duration.between(seenAt, now).toMillis() / 1000.0;
    return stale && record.unitsRun() ? said + silentSeconds : said;
  }

  /** What all places together contain. */
  private static String gtids(List<ApplierStatus.StreamPlace> places) {
    GtidSet all = GtidSet.EMPTY;
    for (ApplierStatus.StreamPlace place : places) {
      if (place.gtidExecuted() != null && !place.gtidExecuted().isBlank()) {
        all = all.union(GtidSet.parse(place.gtidExecuted()));
      }
    }
    return places.isEmpty() ? null : all.toString();
  }
}
