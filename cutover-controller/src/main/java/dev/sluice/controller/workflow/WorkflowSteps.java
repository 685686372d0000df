package dev.sluice.controller.workflow;

import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the controller does for a workflow at its beginning and its end. Each step is idempotent: a
 * controller that died between any two is followed by one that runs them all again.
 */
public final class WorkflowSteps {

  /** Steps of cancel, in order. */
  static final List<String> CANCEL =
      List.of("stopUnits", "dropTables", "deleteCheckpoints", "deleteTopics", "clearStatus");

  private final Map<String, Keyspace> keyspaces;
  private final MoveServers servers;
  private final MoveTopics topics;
  private final UnitStatuses statuses;
  private final PausePoints pausePoints;

  public WorkflowSteps(
      Map<String, Keyspace> keyspaces,
      MoveServers servers,
      MoveTopics topics,
      UnitStatuses statuses,
      PausePoints pausePoints) {
    this.keyspaces = keyspaces;
    this.servers = servers;
    this.topics = topics;
    this.statuses = statuses;
    this.pausePoints = pausePoints;
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

  /** Removes what the workflow made; its units have stopped. */
  void remove(WorkflowRecord record, Consumer<String> stage) throws InterruptedException {
    Keyspace source = keyspace(record.spec().source());
    Keyspace target = keyspace(record.spec().target());
    pausePoints.at(ControllerPausePoints.CANCEL_UNITS_STOPPED);
    if (!Boolean.TRUE.equals(record.keepData())) {
      stage.accept("dropping target tables");
      servers.dropTables(record, target);
    }
    pausePoints.at(ControllerPausePoints.CANCEL_TABLES_DROPPED);
    stage.accept("deleting checkpoints");
    servers.deleteSidecarRows(record, source, target);
    stage.accept("deleting topics");
    topics.delete(record);
    pausePoints.at(ControllerPausePoints.CANCEL_TOPICS_DELETED);
    statuses.streams(record.uuid()).forEach(entry -> statuses.remove(entry.key()));
    statuses.appliers(record.uuid()).forEach(entry -> statuses.remove(entry.key()));
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
