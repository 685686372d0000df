package dev.sluice.controller.cutover;

import dev.sluice.controller.cutover.PreconditionException.Failed;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.status.UnitViews;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Judges one direction of a workflow by what its units say of themselves. Stateless. */
final class PipelineHealth {

  private final UnitStatuses statuses;
  private final WorkflowRecord record;
  private final Direction direction;
  private final Instant now;

  PipelineHealth(UnitStatuses statuses, WorkflowRecord record, Direction direction, Instant now) {
    this.statuses = statuses;
    this.record = record;
    this.direction = direction;
    this.now = now;
  }

  /**
   * Notes what is wrong.
   *
   * @param streamsCheck id for streams
   * @param appliersCheck id for appliers
   */
  void units(String streamsCheck, String appliersCheck, List<Failed> failed) {
    for (String shard : record.plan().readShards(direction)) {
      unhealthy(stream(shard), "stream", shard)
          .ifPresent(why -> failed.add(new Failed(streamsCheck, why)));
    }
    for (String shard : record.plan().writtenShards(direction)) {
      unhealthy(applier(shard), "applier", shard)
          .ifPresent(why -> failed.add(new Failed(appliersCheck, why)));
    }
  }

  /** Notes what keeps the side written from being what the side read was. */
  void equality(List<Failed> failed) {
    for (String shard : record.plan().readShards(direction)) {
      stream(shard)
          .map(Entry::status)
          .filter(status -> !status.consistent())
          .ifPresent(
              status ->
                  failed.add(new Failed("consistent", name("stream", shard) + " copies rows")));
    }
    for (String shard : record.plan().writtenShards(direction)) {
      applier(shard).map(Entry::status).ifPresent(status -> equality(shard, status, failed));
    }
  }

  private void equality(String shard, ApplierStatus status, List<Failed> failed) {
    List<String> behind = new ArrayList<>(record.plan().readShards(direction));
    if (status.streams() != null) {
      status.streams().stream()
          .filter(ApplierStatus.StreamPlace::consistent)
          .forEach(place -> behind.remove(place.stream()));
    }
    if (!behind.isEmpty()) {
      failed.add(
          new Failed(
              "consistent",
              name("applier", shard) + " has applied no consistent cut of " + behind + " yet"));
    }
    if (status.indexing() != null && !status.indexing().isEmpty()) {
      failed.add(
          new Failed(
              "indexes", name("applier", shard) + " still builds indexes of " + status.indexing()));
    }
    if (status.parkedRows() > 0) {
      failed.add(
          new Failed(
              "parked_rows",
              name("applier", shard)
                  + " has parked "
                  + status.parkedRows()
                  + " rows that wait for rows of other shards to go"));
    }
  }

  /** Notes units that are further behind than the limit. */
  void lag(Duration most, List<Failed> failed) {
    double limit = most.toMillis() / 1000.0;
    for (String shard : record.plan().readShards(direction)) {
      late(stream(shard), "stream", shard, limit, failed);
    }
    for (String shard : record.plan().writtenShards(direction)) {
      late(applier(shard), "applier", shard, limit, failed);
    }
  }

  private void late(
      Optional<? extends Entry<? extends UnitStatus>> entry,
      String kind,
      String shard,
      double limit,
      List<Failed> failed) {
    entry
        .filter(unit -> unit.status().lagSeconds() > limit)
        .ifPresent(
            unit ->
                failed.add(
                    new Failed(
                        "lag",
                        String.format(
                            Locale.ROOT,
                            "%s is %.1f s behind, more than %.1f s",
                            name(kind, shard),
                            unit.status().lagSeconds(),
                            limit))));
  }

  /** A unit that has stopped at an error which it cannot get over by itself. */
  Optional<String> inError() {
    for (String shard : record.plan().readShards(direction)) {
      Optional<String> why = inError(stream(shard), "stream", shard);
      if (why.isPresent()) {
        return why;
      }
    }
    for (String shard : record.plan().writtenShards(direction)) {
      Optional<String> why = inError(applier(shard), "applier", shard);
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  private Optional<String> inError(
      Optional<? extends Entry<? extends UnitStatus>> entry, String kind, String shard) {
    return entry
        .map(Entry::status)
        .filter(status -> status.state().equals("error"))
        .map(
            status ->
                name(kind, shard)
                    + " is in error"
                    + (status.error() == null ? "" : ": " + status.error().message()));
  }

  private Optional<String> unhealthy(
      Optional<? extends Entry<? extends UnitStatus>> entry, String kind, String shard) {
    String name = name(kind, shard);
    if (entry.isEmpty()) {
      return Optional.of(name + " has said nothing yet");
    }
    UnitStatus status = entry.get().status();
    if (entry.get().stale(now, UnitViews.STALE)) {
      return Optional.of(
          name
              + " has said nothing for "
              + Duration.between(entry.get().seenAt(), now).toSeconds()
              + " s");
    }
    if (entry.get().generation() < record.generation()) {
      return Optional.of(name + " has not taken up its work again since the last start");
    }
    UnitError error = status.error();
    if (error != null || status.retryingSince() != null) {
      return Optional.of(
          name
              + " is "
              + status.state()
              + (error == null ? "" : ": " + error.code() + ": " + error.message()));
    }
    boolean works = status.state().equals("streaming") || status.state().equals("applying");
    return works ? Optional.empty() : Optional.of(name + " is " + status.state());
  }

  private String name(String kind, String shard) {
    return kind + " " + record.name() + "/" + direction.word() + "/" + shard;
  }

  private Optional<Entry<StreamStatus>> stream(String shard) {
    return statuses.streams(record.uuid()).stream().filter(e -> is(e, shard)).findFirst();
  }

  private Optional<Entry<ApplierStatus>> applier(String shard) {
    return statuses.appliers(record.uuid()).stream().filter(e -> is(e, shard)).findFirst();
  }

  private boolean is(Entry<? extends UnitStatus> entry, String shard) {
    return entry.status().direction().equals(direction.word())
        && entry.status().shard().equals(shard);
  }
}
