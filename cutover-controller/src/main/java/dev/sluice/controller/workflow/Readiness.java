package dev.sluice.controller.workflow;

import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.status.UnitViews;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Judges a workflow by what its units say. Only statuses of the record's own generation count, and
 * only fresh ones. Stateless.
 */
final class Readiness {

  private static final String STOPPED = "stopped";
  private static final String ERROR = "error";

  private final UnitStatuses statuses;

  Readiness(UnitStatuses statuses) {
    this.statuses = statuses;
  }

  /**
   * True when every applier has applied a consistent cut of every stream, builds no index and has
   * parked no row.
   */
  boolean caughtUp(WorkflowRecord record, Instant now) {
    MovePlan plan = record.plan();
    Set<String> streams = new HashSet<>();
    for (Entry<StreamStatus> entry : statuses.streams(record.uuid())) {
      if (counts(entry, record, now)
          && entry.status().consistent()
          && entry.status().copyRun() == record.controls().copyRun()
          && isForward(entry.status().direction())) {
        streams.add(entry.status().shard());
      }
    }
    Set<String> appliers = new HashSet<>();
    for (Entry<ApplierStatus> entry : statuses.appliers(record.uuid())) {
      if (counts(entry, record, now)
          && consistent(entry.status(), record)
          && isForward(entry.status().direction())) {
        appliers.add(entry.status().shard());
      }
    }
    return streams.containsAll(plan.readShards(Direction.FORWARD))
        && appliers.containsAll(plan.writtenShards(Direction.FORWARD));
  }

  /** Of the copy that is wanted: what was consistent before it began again does not count. */
  private static boolean consistent(ApplierStatus status, WorkflowRecord record) {
    Set<String> consistent = new HashSet<>();
    if (status.streams() != null) {
      status.streams().stream()
          .filter(place -> place.consistent() && place.copyRun() == record.controls().copyRun())
          .forEach(place -> consistent.add(place.stream()));
    }
    boolean indexing = status.indexing() != null && !status.indexing().isEmpty();
    return !indexing
        && status.parkedRows() == 0
        && consistent.containsAll(record.plan().readShards(Direction.FORWARD));
  }

  /**
   * The first error that a unit cannot get over by itself, of those that the traffic needs: while
   * it is on the source, a way back that is broken ends nothing. The status shows it, and the
   * switch is refused.
   */
  Optional<UnitError> terminalError(WorkflowRecord record, Instant now) {
    boolean all =
        record.state() != WorkflowState.COPYING && record.state() != WorkflowState.RUNNING;
    Stream<UnitError> streams =
        statuses.streams(record.uuid()).stream()
            .filter(entry -> all || isForward(entry.status().direction()))
            .filter(entry -> counts(entry, record, now) && entry.status().state().equals(ERROR))
            .map(entry -> entry.status().error());
    Stream<UnitError> appliers =
        statuses.appliers(record.uuid()).stream()
            .filter(entry -> all || isForward(entry.status().direction()))
            .filter(entry -> counts(entry, record, now) && entry.status().state().equals(ERROR))
            .map(entry -> entry.status().error());
    return Stream.concat(streams, appliers).filter(Objects::nonNull).findFirst();
  }

  /**
   * True when every unit has said that it stopped under this record, or has been silent long enough
   * to be gone.
   */
  boolean unitsStopped(WorkflowRecord record, Instant now) {
    List<Entry<StreamStatus>> streams = statuses.streams(record.uuid());
    List<Entry<ApplierStatus>> appliers = statuses.appliers(record.uuid());
    boolean silent = !record.since().plus(UnitViews.STALE).isAfter(now);
    // those of the way back may never have run; those that have are among the statuses
    boolean known =
        streams.stream().filter(e -> isForward(e.status().direction())).count()
                >= record.plan().sourceShards().size()
            && appliers.stream().filter(e -> isForward(e.status().direction())).count()
                >= record.plan().targetShards().size();
    return (known || silent)
        && streams.stream().allMatch(e -> gone(e, e.status().state(), record, now))
        && appliers.stream().allMatch(e -> gone(e, e.status().state(), record, now));
  }

  private static boolean gone(Entry<?> entry, String state, WorkflowRecord record, Instant now) {
    boolean said = state.equals(STOPPED) && entry.generation() >= record.generation();
    return said || entry.stale(now, UnitViews.STALE);
  }

  private static boolean counts(Entry<?> entry, WorkflowRecord record, Instant now) {
    return entry.generation() >= record.generation() && !entry.stale(now, UnitViews.STALE);
  }

  private static boolean isForward(String direction) {
    return Direction.FORWARD.word().equals(direction);
  }
}
