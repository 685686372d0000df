package dev.sluice.server;

import dev.sluice.apply.Applier;
import dev.sluice.apply.ApplierContext;
import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.capture.CaptureContext;
import dev.sluice.capture.CaptureStream;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.request.Holds;
import dev.sluice.schemas.request.RequestFollower;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.server.config.ServerConfig;
import dev.sluice.server.units.UnitFactory;
import dev.sluice.server.units.UnitKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes captures and appliers from this process's configuration. Thread-safe. */
record Units(
    ServerConfig config,
    ChangeCodecs codecs,
    MeterRegistry meters,
    PausePoints pausePoints,
    Clock clock,
    StatusBoard board,
    WorkflowDirectory directory,
    TargetReplicas replicas,
    RequestFollowers requests) {

  UnitFactory factory(Role role) {
    return role == Role.CAPTURE
        ? (key, record, stream, applier) ->
            requests.unit(record, asked -> capture(key, record, stream, asked))
        : (key, record, stream, applier) ->
            requests.unit(record, holds -> applier(key, record, applier, holds));
  }

  private WorkUnit capture(
      UnitKey key, WorkflowRecord record, Consumer<StreamStatus> status, RequestFollower requests) {
    boolean forward = key.direction() == Direction.FORWARD;
    String source = forward ? record.spec().source() : record.spec().target();
    Endpoint primary = shard(source, key.shard()).primary();
    return new CaptureStream(
        new CaptureContext(
            key.stream(),
            record.plan(),
            record.spec().options(),
            primary,
            // the option is about the source: the way back reads the target's primaries
            forward && record.spec().options().readsReplica()
                ? replica(source, key.shard())
                : primary,
            config.sidecar(),
            config.kafka(),
            codecs,
            meters,
            pausePoints,
            clock,
            status,
            new BoardLimits(key.stream(), record, directory, board, clock),
            record.controls().copyRun(),
            () -> Math.max(record.generation(), now(record).generation()),
            () -> runsNoDdl(now(record), forward),
            () -> requests.repairs(key.direction(), key.shard())));
  }

  /** The workflow's record as it is by now: a unit outlives many of them. */
  private WorkflowRecord now(WorkflowRecord launched) {
    return directory
        .find(launched.name())
        .filter(now -> now.uuid().equals(launched.uuid()) && now.plan() != null)
        .orElse(launched);
  }

  /** Statements that applications run count only where they write, and only in one order. */
  static Optional<String> runsNoDdl(WorkflowRecord record, boolean forward) {
    if (forward == record.cutover().writesOnTarget()) {
      return Optional.of("applications do not write on this side");
    }
    int shards = record.plan().readShards(forward ? Direction.FORWARD : Direction.REVERSE).size();
    return shards > 1
        ? Optional.of(shards + " shards are read, whose statements have no common order")
        : Optional.empty();
  }

  private WorkUnit applier(
      UnitKey key, WorkflowRecord record, Consumer<ApplierStatus> status, Holds holds) {
    boolean forward = key.direction() == Direction.FORWARD;
    Shard target = shard(forward ? record.spec().target() : record.spec().source(), key.shard());
    return new Applier(
        new ApplierContext(
            key.applier(),
            record.plan(),
            target.primary(),
            config.kafka(),
            codecs,
            config.sidecar(),
            meters,
            pausePoints,
            clock,
            ApplyLimits.defaults(),
            status,
            record.controls().copyRun(),
            () -> target.replica().map(replicas::lagSeconds).orElse(null),
            holds));
  }

  private Endpoint replica(String keyspace, String shard) {
    return shard(keyspace, shard)
        .replica()
        .orElseThrow(() -> notConfigured("replica of shard " + shard + " of keyspace " + keyspace));
  }

  private Shard shard(String keyspaceName, String shard) {
    Keyspace keyspace = config.keyspaces().get(keyspaceName);
    if (keyspace == null) {
      throw notConfigured("keyspace " + keyspaceName);
    }
    try {
      return keyspace.shard(shard);
    } catch (IllegalArgumentException e) {
      throw notConfigured("shard " + shard + " of keyspace " + keyspaceName);
    }
  }

  private static SluiceException notConfigured(String what) {
    return new SluiceException(
        ErrorCode.INVALID_CONFIGURATION,
        what + " is not in this process's sluice.yaml",
        "give every process the same keyspaces, restart it and start the workflow again");
  }
}
