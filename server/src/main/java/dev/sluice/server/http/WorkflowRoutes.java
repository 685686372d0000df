package dev.sluice.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.controller.ControllerApi;
import dev.sluice.controller.Created;
import dev.sluice.controller.cutover.SwitchOptions;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.lifecycle.Lifecycle;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.controller.workflow.Command;
import dev.sluice.controller.workflow.Outcome;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowRecord;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The calls about workflows, answered by the active controller. */
final class WorkflowRoutes {

  private final ControllerApi controller;
  private final String by;

  /**
   * @param by who calls
   */
  WorkflowRoutes(ControllerApi controller, String by) {
    this.controller = controller;
    this.by = by;
  }

  RoutingRoutes routing() {
    return new RoutingRoutes(controller, by);
  }

  void preflight(Context context) throws JsonProcessingException {
    List<Finding> findings = controller.preflight(body(context));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", findings.stream().noneMatch(Finding::refuses));
    answer.put("findings", findings);
    context.json(answer);
  }

  void create(Context context) throws JsonProcessingException, InterruptedException {
    JsonNode spec = body(context);
    String reason = spec.path("reason").asText("");
    Created created = controller.create(spec, by, reason);
    Map<String, Object> answer = shown(created.record());
    answer.put("warnings", created.warnings());
    context.status(201).json(answer);
  }

  void list(Context context) {
    boolean all = "true".equals(context.queryParam("all"));
    List<Map<String, Object>> workflows = new ArrayList<>();
    for (WorkflowRecord record : controller.list()) {
      if (all || !record.state().ended()) {
        Map<String, Object> workflow = new LinkedHashMap<>();
        workflow.put("name", record.name());
        workflow.put("state", record.state());
        workflow.put("source", record.spec().source());
        workflow.put("target", record.spec().target());
        workflow.put("since", record.since());
        workflows.add(workflow);
      }
    }
    context.json(Map.of("workflows", workflows));
  }

  void show(Context context) {
    context.json(shown(controller.show(context.pathParam("w"))));
  }

  void start(Context context) throws JsonProcessingException, InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(body(context), problems);
    String reason = body.text("reason", "");
    Event event = body.flag("recopy", false) ? Event.RECOPY : Event.START;
    command(context, body, problems, new Command(event, by, reason, false, false));
  }

  /** What the body names is set, what it leaves out stays; {@code off} ends every throttle. */
  void throttle(Context context) throws JsonProcessingException, InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(body(context), problems);
    String reason = body.text("reason", "");
    boolean off = body.flag("off", false);
    Long rows =
        body.has("maxRowsPerSecond")
            ? (long) body.integer("maxRowsPerSecond", 1, 1, Integer.MAX_VALUE)
            : null;
    String lag = body.text("maxLag", null);
    if (off == (rows != null || lag != null)) {
      body.reject("off", "either set maxRowsPerSecond or maxLag, or send off: true alone");
    }
    try {
      WorkflowControls.NONE.throttled(rows, lag);
    } catch (IllegalArgumentException e) {
      body.reject("maxLag", e.getMessage().replace("maxLag: ", ""));
    }
    UnaryOperator<WorkflowControls> change =
        controls ->
            off
                ? controls.throttled(null, null)
                : controls.throttled(
                    rows == null ? controls.maxRowsPerSecond() : rows,
                    lag == null ? controls.maxLag() : lag);
    command(context, body, problems, Command.throttling(by, reason, change));
  }

  void stop(Context context) throws JsonProcessingException, InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(body(context), problems);
    command(
        context,
        body,
        problems,
        new Command(Event.STOP, by, body.text("reason", ""), false, false));
  }

  void cancel(Context context) throws JsonProcessingException, InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(body(context), problems);
    Command command =
        new Command(
            Event.CANCEL,
            by,
            body.text("reason", ""),
            body.flag("keepData", false),
            body.flag("dryRun", false));
    command(context, body, problems, command);
  }

  void switchTraffic(Context context) throws JsonProcessingException, InterruptedException {
    change(context, Event.SWITCH_TRAFFIC);
  }

  void reverseTraffic(Context context) throws JsonProcessingException, InterruptedException {
    change(context, Event.REVERSE_TRAFFIC);
  }

  private void change(Context context, Event event)
      throws JsonProcessingException, InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(body(context), problems);
    SwitchOptions options = SwitchBody.read(body);
    String reason = body.text("reason", "");
    boolean dryRun = body.flag("dryRun", false);
    command(context, body, problems, Command.changing(event, by, reason, dryRun, options), 200);
  }

  void complete(Context context) throws JsonProcessingException, InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(body(context), problems);
    boolean keep = body.flag("keepData", false);
    boolean rename = body.flag("renameTables", false);
    if (keep && rename) {
      body.reject("renameTables", "tables are either kept as they are (keepData) or renamed");
    }
    String reason = body.text("reason", "");
    boolean dryRun = body.flag("dryRun", false);
    command(context, body, problems, Command.completing(by, reason, keep, rename, dryRun));
  }

  private void command(Context context, TreeReader body, ConfigProblems problems, Command command)
      throws InterruptedException {
    command(context, body, problems, command, 202);
  }

  /**
   * @param status of an answer that says what was done
   */
  private void command(
      Context context, TreeReader body, ConfigProblems problems, Command command, int status)
      throws InterruptedException {
    rejectWrong(body, problems);
    String name = context.pathParam("w");
    try {
      Outcome outcome = controller.command(name, command);
      context.status(outcome.steps().isEmpty() || command.dryRun() ? 200 : status).json(outcome);
    } catch (SluiceException e) {
      throw e.code() == ErrorCode.ILLEGAL_STATE ? illegal(name, e) : e;
    }
  }

  private static void rejectWrong(TreeReader body, ConfigProblems problems) {
    body.rejectUnknown();
    if (!problems.all().isEmpty()) {
      throw new ApiException(
          400,
          "invalidRequest",
          problems.all().stream()
              .map(ConfigProblems.Problem::toString)
              .collect(Collectors.joining("; ")),
          "correct the body; openapi.yaml lists its keys");
    }
  }

  private ApiException illegal(String name, SluiceException error) {
    WorkflowRecord record = controller.show(name);
    return new ApiException(ApiError.of(error).withLegalActions(Lifecycle.legalActions(record)));
  }

  private static Map<String, Object> shown(WorkflowRecord record) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", record.name());
    shown.put("uuid", record.uuid());
    shown.put("spec", record.spec());
    shown.put("state", record.state());
    shown.put("since", record.since());
    shown.put("history", record.history());
    return shown;
  }

  /** The body as an object; nothing at all counts as an empty one. */
  static JsonNode body(Context context) throws JsonProcessingException {
    String text = context.body();
    JsonNode tree =
        text.isBlank()
            ? SluiceJson.mapper().createObjectNode()
            : SluiceJson.mapper().readTree(text);
    if (!(tree instanceof ObjectNode)) {
      throw new ApiException(
          400, "invalidRequest", "the body is not a JSON object", "send a JSON object");
    }
    return tree;
  }
}
