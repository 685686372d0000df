package dev.sluice.apply;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.request.Holds;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an applier needs from the process it runs in.
 *
 * @param applier which shard it writes
 * @param plan of its workflow
 * @param target primary of the shard written; its schema holds the tables
 * @param sidecarSchema name of the sidecar, which exists on the target
 * @param copyRun the copy that is wanted; see {@code WorkflowControls}
 * @param holds what VDiffs ask for
 * @param replicaLagSeconds how far the shard's replica is behind, as in {@code ApplierStatus}; must
 *     not block
 * @param status told of every change and at least once a second; must not block
 */
public record ApplierContext(
    ApplierId applier,
    MovePlan plan,
    Endpoint target,
    KafkaSettings kafka,
    ChangeCodecs codecs,
    String sidecarSchema,
    MeterRegistry meters,
    PausePoints pause,
    Clock clock,
    ApplyLimits limits,
    Consumer<ApplierStatus> status,
    long copyRun,
    Supplier<Double> replicaLagSeconds,
    Holds holds) {

  /** The first copy to a shard without a replica. */
  public ApplierContext(
      ApplierId applier,
      MovePlan plan,
      Endpoint target,
      KafkaSettings kafka,
      ChangeCodecs codecs,
      String sidecarSchema,
      MeterRegistry meters,
      PausePoints pause,
      Clock clock,
      ApplyLimits limits,
      Consumer<ApplierStatus> status) {
    this(
        applier,
        plan,
        target,
        kafka,
        codecs,
        sidecarSchema,
        meters,
        pause,
        clock,
        limits,
        status,
        0,
        () -> null,
        Holds.NONE);
  }

  /** This context for tables that DDL has changed. */
  ApplierContext withPlan(MovePlan newPlan) {
    return new ApplierContext(
        applier,
        newPlan,
        target,
        kafka,
        codecs,
        sidecarSchema,
        meters,
        pause,
        clock,
        limits,
        status,
        copyRun,
        replicaLagSeconds,
        holds);
  }

  public ApplierContext {
    Objects.requireNonNull(applier, "applier");
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(kafka, "kafka");
    Objects.requireNonNull(codecs, "codecs");
    Objects.requireNonNull(sidecarSchema, "sidecarSchema");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(pause, "pause");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(holds, "holds");
  }
}
