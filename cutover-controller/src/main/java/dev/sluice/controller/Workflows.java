package dev.sluice.controller;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.controller.lifecycle.Lifecycle;
import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.RulesChange;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.controller.preflight.RefusedException;
import dev.sluice.controller.spec.SpecExamination;
import dev.sluice.controller.status.StatusAssembler;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.controller.workflow.Command;
import dev.sluice.controller.workflow.Outcome;
import dev.sluice.controller.workflow.WorkflowLoop;
import dev.sluice.controller.workflow.WorkflowSteps;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * All workflows of the active controller: creates them and keeps a loop for each open one.
 * Thread-safe.
 */
final class Workflows implements ControllerApi {

  private final Map<String, Keyspace> keyspaces;
  private final MoveServers servers;
  private final UnitStatuses statuses;
  private final WorkflowRecords records;
  private final WorkflowSteps steps;
  private final SpecExamination examination;
  private final Clock clock;
  private final Function<String, List<WorkflowStatus.ErrorView>> warnings;
  private final WorkflowLoop.Transitioned transitioned;
  private final Map<String, WorkflowLoop> loops = new ConcurrentHashMap<>();
  private final Object creating = new Object();

  Workflows(
      Map<String, Keyspace> keyspaces,
      MoveServers servers,
      UnitStatuses statuses,
      WorkflowRecords records,
      WorkflowSteps steps,
      SpecExamination examination,
      Clock clock,
      Function<String, List<WorkflowStatus.ErrorView>> warnings,
      WorkflowLoop.Transitioned transitioned) {
    this.warnings = warnings;
    this.keyspaces = keyspaces;
    this.servers = servers;
    this.statuses = statuses;
    this.records = records;
    this.steps = steps;
    this.examination = examination;
    this.clock = clock;
    this.transitioned = transitioned;
  }

  /** Begins to care for every open workflow. */
  void start() {
    records.all().stream().filter(record -> !record.state().ended()).forEach(this::care);
  }

  private void care(WorkflowRecord record) {
    loops.compute(
        record.name(),
        (name, loop) ->
            loop != null && loop.alive()
                ? loop
                : new WorkflowLoop(name, records, steps, statuses, clock, transitioned).start());
  }

  /** Ends all loops; waits at most the limit for all of them together. */
  void stop(Duration limit) throws InterruptedException {
    Instant end = clock.instant().plus(limit);
    List<WorkflowLoop> all = new ArrayList<>(loops.values());
    all.forEach(WorkflowLoop::stop);
    for (WorkflowLoop loop : all) {
      loop.join(Duration.between(clock.instant(), end));
    }
    loops.clear();
  }

  @Override
  public List<Finding> preflight(JsonNode spec) {
    return examination.examine(spec).findings();
  }

  @Override
  public Created create(JsonNode tree, String by, String reason) throws InterruptedException {
    // one at a time: two moves of one table must not pass each other's check
    synchronized (creating) {
      refuseExisting(tree.path("name").asText());
      SpecExamination.Result result = examination.examine(tree);
      RefusedException.throwIfAny(result.findings());
      MovePlan plan =
          servers.resolve(
              keyspaces.get(result.spec().source()),
              keyspaces.get(result.spec().target()),
              result.spec(),
              result.tables(),
              result.targetVindexes());
      WorkflowRecord first = firstRecord(result, plan, by, reason);
      WorkflowRecord written =
          records.write(first, RulesChange.open(first, RulesChange.ofOpenWorkflows(records)));
      care(written);
      return new Created(written, result.findings().stream().filter(Finding::warns).toList());
    }
  }

  private WorkflowRecord firstRecord(
      SpecExamination.Result result, MovePlan plan, String by, String reason) {
    Instant now = clock.instant();
    return new WorkflowRecord(
        UUID.randomUUID().toString(),
        result.spec(),
        WorkflowState.CREATED,
        null,
        now,
        List.of(new WorkflowRecord.Transition(null, WorkflowState.CREATED, now, by, reason)),
        result.spec().options().autoStart() ? 1 : 0,
        plan,
        null);
  }

  private void refuseExisting(String name) {
    records
        .find(name)
        .filter(record -> !record.state().ended())
        .ifPresent(
            record -> {
              throw new SluiceException(
                  ErrorCode.ALREADY_EXISTS,
                  "workflow " + name + " exists and is " + record.state().word(),
                  "choose another name, or end it first: sluice cancel " + name);
            });
  }

  @Override
  public Collection<WorkflowRecord> list() {
    return records.all();
  }

  @Override
  public WorkflowRecord show(String name) {
    return records
        .find(name)
        .orElseThrow(
            () ->
                new SluiceException(
                    ErrorCode.NOT_FOUND,
                    "there is no workflow " + name,
                    "sluice list --all shows what there is"));
  }

  @Override
  public WorkflowStatus status(String name) {
    WorkflowRecord record = show(name);
    WorkflowLoop loop = loops.get(name);
    List<WorkflowStatus.ErrorView> known = warnings.apply(record.uuid());
    return loop == null
        ? new StatusAssembler(statuses).assemble(record, null, null, known, clock.instant())
        : loop.status(record, known);
  }

  @Override
  public RoutingTable routing() {
    return records.routing();
  }

  @Override
  public RoutingTable removeRules(String table, String by, String reason)
      throws InterruptedException {
    return Routing.remove(records, table, by, reason);
  }

  @Override
  public Outcome command(String name, Command command) throws InterruptedException {
    WorkflowRecord record = show(name);
    if (record.state().ended()) {
      if (Lifecycle.isDone(record, command.event())) {
        return Outcome.already(name, record.state());
      }
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          "workflow " + name + " has ended: it is " + record.state().word(),
          "create a new workflow; the name can be used again");
    }
    care(record);
    return loops.get(name).ask(command);
  }
}
