package dev.sluice.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.controller.ControllerApi;
import dev.sluice.controller.lifecycle.Lifecycle;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.vdiff.VDiffDirectory;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.vdiff.VDiffOrders;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls about VDiffs, answered in the process of the active controller. */
final class VDiffRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffRoutes.class);
  private static final String LAST = "last";

  private final ControllerApi controller;
  private final VDiffOrders orders;
  private final String by;
  private final Clock clock;

  /**
   * @param by who calls
   */
  VDiffRoutes(ControllerApi controller, VDiffOrders orders, String by, Clock clock) {
    this.controller = controller;
    this.orders = orders;
    this.by = by;
    this.clock = clock;
  }

  /** Answers a call; what the workflow's state forbids comes with what it allows. */
  void answer(HttpApi.VDiffCall call, Context context) throws Exception {
    try {
      call.answer(this, context);
    } catch (SluiceException e) {
      if (e.code() != ErrorCode.ILLEGAL_STATE) {
        throw e;
      }
      WorkflowRecord record = controller.show(context.pathParam("w"));
      throw new ApiException(ApiError.of(e).withLegalActions(Lifecycle.legalActions(record)));
    }
  }

  private VDiffDirectory directory() {
    return orders.directory();
  }

  void create(Context context) throws Exception {
    WorkflowRecord record = controller.show(context.pathParam("w"));
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(WorkflowRoutes.body(context), problems);
    List<String> tables = body.texts("tables");
    boolean recheck = body.flag("recheck", false);
    String age = body.text("maxSnapshotAge", null);
    String reason = body.text("reason", "");
    requireComparable(record);
    checkTables(record, tables, body);
    VDiffOrder order = null;
    try {
      VDiffEntry base = recheck ? base(record, tables, body) : null;
      Instant now = clock.instant();
      order =
          new VDiffOrder(
              UUID.randomUUID().toString(),
              record.name(),
              record.uuid(),
              tables.isEmpty() ? all(record, base) : tables,
              base == null ? null : base.order().uuid(),
              age,
              now,
              true,
              1,
              0,
              List.of(new VDiffOrder.Action("create", now, by, reason)));
    } catch (IllegalArgumentException e) {
      body.reject("maxSnapshotAge", e.getMessage().replace("maxSnapshotAge: ", ""));
    }
    refuseIfAny(body, problems);
    refuseSecond(record);
    orders.write(order);
    context.status(202).json(Map.of("uuid", order.uuid()));
  }

  private static List<String> all(WorkflowRecord record, VDiffEntry base) {
    return base != null
        ? base.order().tables()
        : record.plan().tables().stream().map(table -> table.name()).toList();
  }

  private static void requireComparable(WorkflowRecord record) {
    if (record.state() != WorkflowState.RUNNING && record.state() != WorkflowState.SWITCHED) {
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          "workflow "
              + record.name()
              + " is "
              + record.state().word()
              + ": both sides can be compared once it is running",
          "wait until `sluice status " + record.name() + "` says running");
    }
  }

  private static void checkTables(WorkflowRecord record, List<String> tables, TreeReader body) {
    TreeSet<String> unknown = new TreeSet<>(tables);
    record.plan().tables().forEach(table -> unknown.remove(table.name()));
    if (!unknown.isEmpty()) {
      body.reject("tables", "not part of the move: " + String.join(", ", unknown));
    }
  }

  /** The VDiff to go on from: one whose answer, with its keys compared again, is a whole answer. */
  private VDiffEntry base(WorkflowRecord record, List<String> tables, TreeReader body) {
    VDiffEntry base =
        directory().of(record.uuid()).stream()
            .filter(entry -> entry.state() == VDiffState.COMPLETED)
            .reduce((earlier, later) -> later)
            .orElseThrow(() -> noRecheck("there is no completed VDiff"));
    VDiffResult found = base.result().orElseThrow(() -> noRecheck("nothing was found"));
    if (found.copyRun() != record.controls().copyRun()) {
      throw noRecheck("the last completed VDiff speaks of an earlier copy");
    }
    if (found.notCompared() > 0) {
      throw noRecheck("the last completed VDiff has rows that it could not compare");
    }
    if (found.tables().values().stream().anyMatch(table -> table.keysKept() < table.differing())) {
      throw noRecheck("the last completed VDiff found more differences than it has kept");
    }
    TreeSet<String> others = new TreeSet<>(tables);
    others.removeAll(base.order().tables());
    if (!others.isEmpty()) {
      body.reject("tables", "not in the last completed VDiff: " + String.join(", ", others));
    }
    return base;
  }

  private static SluiceException noRecheck(String why) {
    return new SluiceException(
        ErrorCode.ILLEGAL_STATE,
        why + ": its differences cannot be checked again",
        "create a VDiff without recheck");
  }

  private void refuseSecond(WorkflowRecord record) {
    for (VDiffEntry entry : directory().of(record.uuid())) {
      boolean underWay = entry.state() == VDiffState.PENDING || entry.state() == VDiffState.RUNNING;
      if (entry.order().runs() && underWay) {
        throw new SluiceException(
            ErrorCode.ILLEGAL_STATE,
            "VDiff " + entry.order().uuid() + " is " + entry.state().word() + " already",
            "wait for it, or stop or delete it");
      }
    }
  }

  private static void refuseIfAny(TreeReader body, ConfigProblems problems) {
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

  void list(Context context) {
    WorkflowRecord record = controller.show(context.pathParam("w"));
    context.json(
        Map.of("vdiffs", directory().of(record.uuid()).stream().map(VDiffView::summary).toList()));
  }

  void show(Context context) {
    context.json(VDiffView.full(entry(context)));
  }

  private VDiffEntry entry(Context context) {
    WorkflowRecord record = controller.show(context.pathParam("w"));
    String uuid = context.pathParam("uuid");
    return (uuid.equals(LAST)
            ? directory().last(record.uuid())
            : directory().find(record.uuid(), uuid))
        .orElseThrow(
            () ->
                new SluiceException(
                    ErrorCode.NOT_FOUND,
                    "workflow " + record.name() + " has no VDiff " + uuid,
                    "`sluice vdiff list " + record.name() + "` shows what there is"));
  }

  void stop(Context context) throws Exception {
    VDiffEntry entry = entry(context);
    VDiffOrder.Action action = action(context, "stop");
    boolean over = entry.state() == VDiffState.COMPLETED || entry.state() == VDiffState.ERROR;
    if (!entry.order().runs() || over) {
      already(context, entry);
      return;
    }
    orders.write(entry.order().stopped(action));
    done(context, entry, "stop");
  }

  void resume(Context context) throws Exception {
    VDiffEntry entry = entry(context);
    VDiffOrder.Action action = action(context, "resume");
    boolean failed = entry.state() == VDiffState.ERROR;
    if (entry.order().runs() && !failed || entry.state() == VDiffState.COMPLETED) {
      already(context, entry);
      return;
    }
    WorkflowRecord record = controller.show(context.pathParam("w"));
    requireComparable(record);
    refuseSecond(record);
    orders.write(entry.order().resumed(action));
    done(context, entry, "resume");
  }

  void repair(Context context) throws Exception {
    VDiffEntry entry = entry(context);
    VDiffOrder.Action action = action(context, "repair");
    requireCompleted(entry);
    if (entry.result().map(VDiffResult::differing).orElse(0L) == 0) {
      already(context, entry);
      return;
    }
    requireThisCopy(controller.show(context.pathParam("w")), entry);
    orders.write(entry.order().repaired(action));
    done(context, entry, "repair");
  }

  /** Asked again while it goes on, it goes on. */
  void refresh(Context context) throws Exception {
    VDiffEntry entry = entry(context);
    VDiffOrder.Action action = action(context, "refresh");
    boolean underWay = entry.state() == VDiffState.PENDING || entry.state() == VDiffState.RUNNING;
    if (underWay && last(entry.order().history()).equals("refresh")) {
      already(context, entry);
      return;
    }
    requireCompleted(entry);
    if (entry.order().recheck()) {
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          "VDiff " + entry.order().uuid() + " compared only keys that had differed",
          "refresh the one that it was made of, or create a new one");
    }
    requireThisCopy(controller.show(context.pathParam("w")), entry);
    orders.write(entry.order().refreshed(action));
    done(context, entry, "refresh");
  }

  private static String last(List<VDiffOrder.Action> history) {
    return history.isEmpty() ? "" : history.get(history.size() - 1).what();
  }

  private static void requireCompleted(VDiffEntry entry) {
    if (entry.state() != VDiffState.COMPLETED) {
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          "VDiff " + entry.order().uuid() + " is " + entry.state().word() + ", not completed",
          "wait for its end, or resume it");
    }
  }

  private void requireThisCopy(WorkflowRecord record, VDiffEntry entry) {
    requireComparable(record);
    if (entry.result().map(VDiffResult::copyRun).orElse(-1L) != record.controls().copyRun()) {
      throw new SluiceException(
          ErrorCode.ILLEGAL_STATE,
          "VDiff " + entry.order().uuid() + " speaks of an earlier copy",
          "create a new one");
    }
    refuseSecond(record);
  }

  /** The reason stands in the query, as a DELETE has no body for certain, or in the body. */
  void delete(Context context) throws Exception {
    WorkflowRecord record = controller.show(context.pathParam("w"));
    String uuid = context.pathParam("uuid");
    VDiffOrder.Action asked = action(context, "delete");
    String reason = context.queryParam("reason");
    VDiffOrder.Action action =
        new VDiffOrder.Action(
            asked.what(), asked.at(), asked.by(), reason == null ? asked.reason() : reason);
    if (directory().wasDeleted(record.uuid(), uuid)) {
      context.status(200).json(Map.of("uuid", uuid, "steps", List.of()));
      return;
    }
    VDiffEntry entry = entry(context);
    LOG.atInfo()
        .addKeyValue("workflow", record.name())
        .addKeyValue("vdiff", entry.order().uuid())
        .addKeyValue("by", action.by())
        .addKeyValue("reason", action.reason())
        .log("VDiff deleted");
    if (record.state().ended()) {
      orders.forget(entry.order());
    } else {
      orders.write(entry.order().removed(action));
    }
    done(context, entry, "delete");
  }

  private VDiffOrder.Action action(Context context, String what) throws Exception {
    ConfigProblems problems = new ConfigProblems();
    TreeReader body = TreeReader.of(WorkflowRoutes.body(context), problems);
    String reason = body.text("reason", "");
    refuseIfAny(body, problems);
    return new VDiffOrder.Action(what, clock.instant(), by, reason);
  }

  private static void done(Context context, VDiffEntry entry, String step) {
    context
        .status(202)
        .json(
            Map.of(
                "uuid",
                entry.order().uuid(),
                "steps",
                List.of(Map.of("name", step, "outcome", "done"))));
  }

  private static void already(Context context, VDiffEntry entry) {
    context
        .status(200)
        .json(Map.of("uuid", entry.order().uuid(), "state", entry.state(), "steps", List.of()));
  }

  /** A workflow's status with what its last VDiff says. */
  void status(Context context) {
    String name = context.pathParam("w");
    ObjectNode status = SluiceJson.mapper().valueToTree(controller.status(name));
    WorkflowRecord record = controller.show(name);
    status.set(
        "vdiff",
        SluiceJson.mapper()
            .valueToTree(
                VDiffView.inStatus(directory().last(record.uuid()), record, clock.instant())));
    if (!status.path("throttled").path("on").asBoolean()) {
      directory()
          .last(record.uuid())
          .filter(entry -> entry.state() == VDiffState.RUNNING)
          .flatMap(VDiffEntry::result)
          .map(VDiffResult::throttled)
          .ifPresent(why -> status.putObject("throttled").put("on", true).put("reason", why));
    }
    context.json(status);
  }
}
