package dev.sluice.controller.status;

import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    List<WorkflowStatus.Stream> views = new ArrayList<>();
    for (String shard : record.plan().readShards(Direction.FORWARD)) {
      Optional<Entry<StreamStatus>> entry =
          entries.stream()
              .filter(e -> forward(e.status().direction()) && e.status().shard().equals(shard))
              .findFirst();
      views.add(
          entry.map(e -> stream(record, e, now)).orElseGet(() -> silentStream(record, shard)));
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

  private static WorkflowStatus.Stream silentStream(WorkflowRecord record, String shard) {
    return new WorkflowStatus.Stream(
        id(record, shard),
        Direction.FORWARD.word(),
        shard,
        silentState(record),
        null,
        null,
        null,
        null,
        null,
        false,
        null,
        null,
        null);
  }

  /** A view of each applier the plan asks for, whether it has spoken or not. */
  public static List<WorkflowStatus.Applier> appliers(
      WorkflowRecord record, List<Entry<ApplierStatus>> entries, Instant now) {
    List<WorkflowStatus.Applier> views = new ArrayList<>();
    for (String shard : record.plan().writtenShards(Direction.FORWARD)) {
      Optional<Entry<ApplierStatus>> entry =
          entries.stream()
              .filter(e -> forward(e.status().direction()) && e.status().shard().equals(shard))
              .findFirst();
      views.add(
          entry.map(e -> applier(record, e, now)).orElseGet(() -> silentApplier(record, shard)));
    }
    return views;
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
        finite(status.replicaLagSeconds()));
  }

  /** JSON has no number for a replica that does not replicate. */
  private static Double finite(Double seconds) {
    return seconds == null || seconds.isInfinite() ? null : seconds;
  }

  private static WorkflowStatus.Applier silentApplier(WorkflowRecord record, String shard) {
    return new WorkflowStatus.Applier(
        id(record, shard),
        Direction.FORWARD.word(),
        shard,
        silentState(record),
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        null,
        null);
  }

  private static String id(WorkflowRecord record, String shard) {
    return record.name() + "/" + Direction.FORWARD.word() + "/" + shard;
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

  /** What has not been heard of for a while lags at least by that while. */
  private static Double lag(
      WorkflowRecord record, double said, Instant seenAt, boolean stale, Instant now) {
    double silentSeconds = Duration.between(seenAt, now).toMillis() / 1000.0;
    return stale && record.unitsRun() ? said + silentSeconds : said;
  }

  private static boolean forward(String direction) {
    return Direction.FORWARD.word().equals(direction);
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
