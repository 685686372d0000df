package dev.sluice.controller;

import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.servers.LiveCutoverServers;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.status.StatusPublisher;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * What a controller works with.
 *
 * @param directory started
 * @param address base URL of this process's REST
 * @param instance tells processes apart
 * @param admin for topics of workflows
 * @param cutovers what changes of traffic do on servers, for a controller of that epoch
 * @param keepApplied how long records stay in topics after every applier has applied them
 * @param active told of the controller when it is active, and of null when it is no longer
 */
public record ControllerContext(
    KafkaSettings kafka,
    WorkflowDirectory directory,
    UnitStatuses statuses,
    StatusPublisher publisher,
    MoveServers servers,
    MoveTopics topics,
    Map<String, Keyspace> keyspaces,
    MeterRegistry meters,
    PausePoints pausePoints,
    Clock clock,
    String address,
    String instance,
    Consumer<ControllerApi> active,
    TopicAdmin admin,
    SchemaIds schemaIds,
    Duration keepApplied,
    LongFunction<LiveCutoverServers> cutovers) {}
