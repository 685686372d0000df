package dev.sluice.vdiff.job;

import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.vdiff.VDiffDirectory;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;

/**
 * What VDiffs of any workflow need in this process. Thread-safe.
 *
 * @param sidecar name of the sidecar schema
 * @param keyspaces by name
 * @param limits what holds the scans of a workflow back
 */
public record VDiffContext(
    KafkaSettings kafka,
    ChangeCodecs codecs,
    TopicAdmin admin,
    WorkflowDirectory workflows,
    VDiffDirectory vdiffs,
    String sidecar,
    Map<String, Keyspace> keyspaces,
    MeterRegistry meters,
    PausePoints pausePoints,
    Clock clock,
    ScanLimits.Source limits) {}
