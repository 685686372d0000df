package dev.sluice.server.units;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.server.Role;
import java.time.Instant;
import java.util.List;

/**
 * A unit's last own status, and what its supervisor makes of it while the unit itself cannot speak.
 * Immutable.
 */
final class UnitReport {

  private final UnitKey key;
  private final StreamStatus stream;
  private final ApplierStatus applier;

  private UnitReport(UnitKey key, StreamStatus stream, ApplierStatus applier) {
    this.key = key;
    this.stream = stream;
    this.applier = applier;
  }

  static UnitReport none(UnitKey key) {
    return new UnitReport(key, null, null);
  }

  static UnitReport of(UnitKey key, StreamStatus status) {
    return new UnitReport(key, status, null);
  }

  static UnitReport of(UnitKey key, ApplierStatus status) {
    return new UnitReport(key, null, status);
  }

  /** The unit's own words; null when it has said nothing. */
  Object own() {
    return stream != null ? stream : applier;
  }

  /**
   * The unit's own words; one that only starts again has not got over its error, so that still
   * stands beside them.
   */
  Object whileStarting(UnitError error, Instant retryingSince) {
    String state = stream != null ? stream.state() : applier.state();
    if (!state.equals("starting")) {
      return own();
    }
    return stream != null
        ? in(state, stream.stage(), error, stream.stageSince(), retryingSince, stream.at())
        : in(state, applier.stage(), error, applier.stageSince(), retryingSince, applier.at());
  }

  /** What of the unit's own words matters: a change of it is published at once. */
  Object mark() {
    if (stream != null) {
      return List.of(
          stream.state(),
          String.valueOf(stream.stage()),
          stream.consistent(),
          stream.copyComplete());
    }
    return List.of(
        applier.state(),
        String.valueOf(applier.stage()),
        String.valueOf(applier.indexing()),
        String.valueOf(applier.parkedRows() > 0),
        String.valueOf(
            applier.streams() == null
                ? null
                : applier.streams().stream().map(ApplierStatus.StreamPlace::consistent).toList()));
  }

  /** The status in a state that the supervisor gives it, the rest as the unit last said. */
  Object in(
      String state,
      String stage,
      UnitError error,
      Instant stateSince,
      Instant retryingSince,
      Instant now) {
    return key.role() == Role.CAPTURE
        ? streamIn(state, stage, error, stateSince, retryingSince, now)
        : applierIn(state, stage, error, stateSince, retryingSince, now);
  }

  private StreamStatus streamIn(
      String state,
      String stage,
      UnitError error,
      Instant stateSince,
      Instant retryingSince,
      Instant now) {
    boolean said = stream != null;
    return new StreamStatus(
        key.stream().toString(),
        key.workflow(),
        key.workflowUuid(),
        key.direction().word(),
        key.shard(),
        state,
        stage,
        stateSince,
        said ? stream.gtidExecuted() : null,
        said ? stream.lagSeconds() : 0,
        said ? stream.cut() : 0,
        said ? stream.captureEpoch() : 0,
        said && stream.copyComplete(),
        said && stream.consistent(),
        said ? stream.tables() : List.of(),
        error,
        retryingSince,
        now,
        said ? stream.copyRun() : 0,
        null,
        said ? stream.replicaLagSeconds() : null);
  }

  private ApplierStatus applierIn(
      String state,
      String stage,
      UnitError error,
      Instant stateSince,
      Instant retryingSince,
      Instant now) {
    boolean said = applier != null;
    return new ApplierStatus(
        key.applier().toString(),
        key.workflow(),
        key.workflowUuid(),
        key.direction().word(),
        key.shard(),
        state,
        stage,
        stateSince,
        said ? applier.ownerEpoch() : 0,
        said ? applier.streams() : List.of(),
        said ? applier.lagSeconds() : 0,
        said ? applier.backlogBytes() : 0,
        said ? applier.indexing() : List.of(),
        said ? applier.parkedRows() : 0,
        said ? applier.parkedOldest() : null,
        retryingSince,
        error,
        now,
        said ? applier.replicaLagSeconds() : null);
  }
}
