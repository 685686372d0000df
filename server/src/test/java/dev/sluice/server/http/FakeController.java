package dev.sluice.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.controller.ControllerApi;
import dev.sluice.controller.Created;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.controller.preflight.RefusedException;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.controller.workflow.Command;
import dev.sluice.controller.workflow.Outcome;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A controller with one workflow, {@code m}, that remembers what it was told. */
final class FakeController implements ControllerApi {

  Command first;
  Command last;
  String removed;

  static WorkflowRecord record() {
    WorkflowSpec spec =
        new WorkflowSpec("m", "a", "b", List.of("t"), false, List.of(), Map.of(), null);
    return new WorkflowRecord(
        "u", spec, WorkflowState.RUNNING, null, HttpApiTest.NOW, List.of(), 1, null, null);
  }

  @Override
  public List<Finding> preflight(JsonNode spec) {
    return List.of();
  }

  @Override
  public Created create(JsonNode spec, String by, String reason) {
    if (spec.path("name").asText().equals("good")) {
      return new Created(
          record(), List.of(Finding.warn("left_behind", "a/-", "not moved: view v", "make it")));
    }
    throw new RefusedException(List.of(Finding.refuse("spec", "source", "is missing", "add it")));
  }

  @Override
  public Collection<WorkflowRecord> list() {
    return List.of(record());
  }

  @Override
  public WorkflowRecord show(String name) {
    if (!name.equals("m")) {
      throw new SluiceException(ErrorCode.NOT_FOUND, "no " + name, "list");
    }
    return record();
  }

  @Override
  public WorkflowStatus status(String name) {
    throw new SluiceException(ErrorCode.NOT_FOUND, "no " + name, "list");
  }

  RoutingTable rules = RoutingTable.EMPTY;

  @Override
  public RoutingTable routing() {
    return rules;
  }

  @Override
  public RoutingTable removeRules(String table, String by, String reason) {
    if (table.equals("owned")) {
      throw new SluiceException(ErrorCode.ILLEGAL_STATE, "belongs to m", "end it");
    }
    removed = table + "|" + by + "|" + reason;
    return RoutingTable.EMPTY;
  }

  @Override
  public Outcome command(String name, Command command) {
    first = first == null ? command : first;
    last = command;
    return switch (command.event()) {
      case START -> throw new SluiceException(ErrorCode.ILLEGAL_STATE, "not now", "later");
      case STOP -> Outcome.already(name, WorkflowState.STOPPED);
      default ->
          new Outcome(
              name,
              WorkflowState.RUNNING,
              WorkflowState.CANCELLING,
              List.of(new Outcome.Step("cancel", HttpApiTest.NOW, 1L, "done")));
    };
  }
}
