package dev.sluice.controller.workflow;

import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.port.SideFence;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the controller does for a workflow at its beginning and its end. Each step is idempotent: a
 * controller that died between any two is followed by one that runs them all again.
 */
public final class WorkflowSteps {

  private static final Duration FENCE_LIMIT = Duration.ofSeconds(10);

  /**
   * One attempt: while DROP TRIGGER waits for a long reader, everybody else on that live table
   * waits, too. The next one comes with the loop's pause, 15 s at last.
   */
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(1);

  private static final Duration DENY_LIMIT = Duration.ofSeconds(5);

  private final Map<String, Keyspace> keyspaces;
  private final MoveServers servers;
  private final MoveTopics topics;
  private final UnitStatuses statuses;
  private final PausePoints pausePoints;
  private final CutoverServers cutover;

  public WorkflowSteps(
      Map<String, Keyspace> keyspaces,
      MoveServers servers,
      MoveTopics topics,
      UnitStatuses statuses,
      PausePoints pausePoints,
      CutoverServers cutover) {
    this.cutover = cutover;
    this.keyspaces = keyspaces;
    this.servers = servers;
    this.topics = topics;
    this.statuses = statuses;
    this.pausePoints = pausePoints;
  }

  CutoverServers cutover() {
    return cutover;
  }

  UnitStatuses statuses() {
    return statuses;
  }

  PausePoints pausePoints() {
    return pausePoints;
  }

  /** Steps of a cancel or a completion, in order. */
  static List<String> ending(Command command) {
    List<String> steps = new ArrayList<>();
    boolean cancel = command.event() == Event.CANCEL;
    if (cancel) {
      steps.add("rules");
    }
    steps.add("stopUnits");
    if (cancel) {
      steps.add("deleteCheckpoints");
    }
    if (!command.keepData()) {
      steps.add(cancel || !command.renameTables() ? "dropTables" : "renameTables");
    }
    if (!cancel) {
      steps.add("deleteCheckpoints");
    }
    steps.addAll(List.of("removeFences", "deleteTopics", "clearStatus"));
    if (!cancel) {
      steps.add("rules");
    }
    return steps;
  }

  /** From here on only appliers write on the target, until a switch opens it. */
  void denyTarget(WorkflowRecord record, Consumer<String> stage) throws InterruptedException {
    stage.accept("denying writes on the target");
    try (SideFence fence = cutover.fence(record, FenceSide.TARGET)) {
      fence.arm(FENCE_LIMIT);
      pausePoints.at(ControllerPausePoints.TARGET_ARMED);
      if (!fence.denied()) {
        fence.deny("the target of a move takes no writes before the switch", DENY_LIMIT);
      }
    }
  }

  /** Fails when this controller is not the active one any more. */
  interface StillActive {
    void confirm() throws InterruptedException;
  }

  /** Ends a workflow whose target has the traffic; its units have stopped. */
  void complete(WorkflowRecord record, Consumer<String> stage, StillActive active)
      throws InterruptedException {
    boolean keep = Boolean.TRUE.equals(record.keepData());
    pausePoints.at(ControllerPausePoints.COMPLETE_UNITS_STOPPED);
    confirm(record, stage);
    if (!keep) {
      boolean rename = Boolean.TRUE.equals(record.cutover().renameTables());
      stage.accept(rename ? "renaming source tables" : "dropping source tables");
      cutover.removeSourceTables(record, rename);
    }
    pausePoints.at(ControllerPausePoints.COMPLETE_TABLES_GONE);
    deleteRows(record, stage);
    stage.accept("removing fences");
    removeFence(record, FenceSide.TARGET);
    if (!keep) {
      removeFence(record, FenceSide.SOURCE);
    }
    pausePoints.at(ControllerPausePoints.COMPLETE_FENCES_REMOVED);
    forget(record, stage, active);
    pausePoints.at(ControllerPausePoints.COMPLETE_TOPICS_DELETED);
  }

  /** Before what cannot be undone: no controller before this one changes anything from here on. */
  private void confirm(WorkflowRecord record, Consumer<String> stage) throws InterruptedException {
    stage.accept("making sure that no other controller acts");
    for (FenceSide side : FenceSide.values()) {
      try (SideFence fence = cutover.fence(record, side)) {
        fence.confirm();
      }
    }
  }

  private void removeFence(WorkflowRecord record, FenceSide side) throws InterruptedException {
    try (SideFence fence = cutover.fence(record, side)) {
      fence.remove(REMOVE_LIMIT);
    }
  }

  /** While the fences stand: their locks keep out controllers that were replaced. */
  private void deleteRows(WorkflowRecord record, Consumer<String> stage)
      throws InterruptedException {
    stage.accept("deleting checkpoints");
    cutover.deleteSidecarRows(record);
  }

  /**
   * Deletes what only the workflow itself needed. Kafka knows no epoch: so the topics are found
   * first, and then it is made sure that they cannot be those of a later workflow of that name.
   */
  private void forget(WorkflowRecord record, Consumer<String> stage, StillActive active)
      throws InterruptedException {
    stage.accept("deleting topics");
    MoveTopics.Deletion deletion = topics.deletion(record);
    active.confirm();
    deletion.run();
    statuses.streams(record.uuid()).forEach(entry -> statuses.remove(entry.key()));
    statuses.appliers(record.uuid()).forEach(entry -> statuses.remove(entry.key()));
  }

  /**
   * Makes everything that the units need.
   *
   * @param stage told what is being done
   */
  void prepare(WorkflowRecord record, Consumer<String> stage) {
    Keyspace source = keyspace(record.spec().source());
    Keyspace target = keyspace(record.spec().target());
    pausePoints.at(ControllerPausePoints.RECORD_WRITTEN);
    stage.accept("creating sidecars");
    servers.createSidecars(source, target);
    stage.accept("creating target tables");
    servers.createTables(record, source, target);
    pausePoints.at(ControllerPausePoints.TABLES_CREATED);
    stage.accept("creating topics");
    topics.create(record);
    pausePoints.at(ControllerPausePoints.TOPICS_CREATED);
  }

  /**
   * Removes what the workflow made; its units have stopped.
   *
   * @return tables that were left, and where: they hold rows that are not the workflow's
   */
  List<String> remove(WorkflowRecord record, Consumer<String> stage, StillActive active)
      throws InterruptedException {
    pausePoints.at(ControllerPausePoints.CANCEL_UNITS_STOPPED);
    confirm(record, stage);
    // an applier that wakes up late commits nothing any more, and so fills no table again (I9)
    deleteRows(record, stage);
    if (record.copyBegan()) {
      stage.accept("deleting sequences");
      cutover.forgetSequences(record);
    }
    List<String> left = List.of();
    if (begun(record) && !Boolean.TRUE.equals(record.keepData())) {
      stage.accept("dropping target tables");
      left = cutover.removeTargetTables(record);
    }
    pausePoints.at(ControllerPausePoints.CANCEL_TABLES_DROPPED);
    stage.accept("removing fences");
    removeFence(record, FenceSide.TARGET);
    removeFence(record, FenceSide.SOURCE);
    pausePoints.at(ControllerPausePoints.CANCEL_FENCES_REMOVED);
    forget(record, stage, active);
    pausePoints.at(ControllerPausePoints.CANCEL_TOPICS_DELETED);
    return left;
  }

  /**
   * False for a workflow that nobody has ever started: tables of its names on the target are
   * somebody else's.
   */
  private static boolean begun(WorkflowRecord record) {
    return record.spec().options().autoStart()
        || record.history().stream()
            .anyMatch(move -> move.from() != null && move.to() == WorkflowState.CREATED);
  }

  private Keyspace keyspace(String name) {
    Keyspace keyspace = keyspaces.get(name);
    if (keyspace == null) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "keyspace " + name + " is not in this controller's sluice.yaml",
          "add the keyspace to sluice.yaml and restart the server");
    }
    return keyspace;
  }
}
