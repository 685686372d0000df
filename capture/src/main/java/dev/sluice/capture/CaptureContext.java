package dev.sluice.capture;

import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.WorkflowOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Everything a stream's capture is given.
 *
 * @param primary where markers and heartbeats are written
 * @param read where rows and the binary log are read; the primary itself or a replica of it
 * @param sidecar name of the sidecar schema on both
 * @param status hears what the stream is doing, at most once a second and at each change, on the
 *     stream's thread
 * @param limits what may hold the row copy back
 * @param copyRun the copy that is wanted; see {@code WorkflowControls}
 * @param generation of the workflow's record as it is now: it rises while the unit runs
 * @param repairs what the stream is asked to repair now, oldest first; cheap
 * @param runsNoDdl why appliers may run no DDL that this stream meets now; empty when they may
 */
public record CaptureContext(
    StreamId stream,
    MovePlan plan,
    WorkflowOptions options,
    Endpoint primary,
    Endpoint read,
    String sidecar,
    KafkaSettings kafka,
    ChangeCodecs codecs,
    MeterRegistry meters,
    PausePoints pausePoints,
    Clock clock,
    Consumer<StreamStatus> status,
    CopyLimits limits,
    long copyRun,
    LongSupplier generation,
    Supplier<Optional<String>> runsNoDdl,
    Supplier<List<Request.Repair>> repairs) {

  public CaptureContext {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(primary, "primary");
    Objects.requireNonNull(read, "read");
    Objects.requireNonNull(sidecar, "sidecar");
  }

  /** The first copy, held back by a backlog alone. */
  public CaptureContext(
      StreamId stream,
      MovePlan plan,
      WorkflowOptions options,
      Endpoint primary,
      Endpoint read,
      String sidecar,
      KafkaSettings kafka,
      ChangeCodecs codecs,
      MeterRegistry meters,
      PausePoints pausePoints,
      Clock clock,
      Consumer<StreamStatus> status,
      LongSupplier backlogBytes) {
    this(
        stream,
        plan,
        options,
        primary,
        read,
        sidecar,
        kafka,
        codecs,
        meters,
        pausePoints,
        clock,
        status,
        CopyLimits.backlog(backlogBytes),
        0,
        () -> 0,
        Optional::empty,
        List::of);
  }

  /** This context for tables that DDL has changed. */
  CaptureContext withPlan(MovePlan newPlan) {
    return new CaptureContext(
        stream,
        newPlan,
        options,
        primary,
        read,
        sidecar,
        kafka,
        codecs,
        meters,
        pausePoints,
        clock,
        status,
        limits,
        copyRun,
        generation,
        runsNoDdl,
        repairs);
  }

  /** True when rows and binary log are read from a replica. */
  public boolean readsReplica() {
    return !read.host().equals(primary.host()) || read.port() != primary.port();
  }

  /** Id of the stream's own heartbeat row. */
  public String heartbeatId() {
    return stream.workflowUuid() + "/" + stream.direction().word() + "/" + stream.number();
  }
}
