package dev.sluice.controller.servers;

import dev.sluice.controller.port.SequenceStep;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.sequence.IdColumns;
import dev.sluice.mysql.sequence.IdHandover;
import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Ids on real servers. A sequence carries no epoch: what changes one runs under the lock of the
 * fence of its shard, so a controller that was replaced and wakes up changes none. Thread-safe.
 */
final class LiveSequences {

  /** Makes the fence of one shard. */
  interface FenceOf {
    Fence make(WorkflowRecord record, FenceSide side, Shard shard);
  }

  private final MySqlSessions sessions;
  private final String sidecar;
  private final long controllerEpoch;
  private final BiFunction<WorkflowRecord, FenceSide, Keyspace> keyspaces;
  private final FenceOf fences;

  LiveSequences(
      MySqlSessions sessions,
      String sidecar,
      long controllerEpoch,
      BiFunction<WorkflowRecord, FenceSide, Keyspace> keyspaces,
      FenceOf fences) {
    this.sessions = sessions;
    this.sidecar = sidecar;
    this.controllerEpoch = controllerEpoch;
    this.keyspaces = keyspaces;
    this.fences = fences;
  }

  /** Everything slow is done when it is answered. */
  SequenceStep step(WorkflowRecord record, FenceSide gaining) {
    FenceSide losing = other(gaining);
    Fence from = lowest(record, losing);
    Fence to = lowest(record, gaining);
    // reads the columns before a fence is reached: nothing is to be closed when that fails
    IdHandover ids = handover(record, losing, guard(from), guard(to));
    SequenceStep step =
        new SequenceStep() {
          @Override
          public void raise() {
            ids.handOver();
          }

          @Override
          public void open() {
            ids.open();
          }

          @Override
          public void close() {
            ids.close();
            from.close();
            to.close();
          }
        };
    try {
      from.raiseEpoch(controllerEpoch);
      to.raiseEpoch(controllerEpoch);
      ids.carry();
      return step;
    } catch (RuntimeException e) {
      step.close();
      throw e;
    }
  }

  /** Lets a side give out ids again. */
  void open(WorkflowRecord record, FenceSide side) {
    Keyspace keyspace = keyspaces.apply(record, side);
    if (!keyspace.sharded() || !wanted(record)) {
      return;
    }
    // names alone: to read which tables have one would be another thing that can fail here
    List<String> names =
        tables(record).stream().map(table -> Sequences.name(keyspace.name(), table)).toList();
    try (Fence fence = lowest(record, side)) {
      fence.raiseEpoch(controllerEpoch);
      guard(fence)
          .run(
              "open the sequences of " + keyspace.name(),
              connection -> new Sequences(sidecar).reopen(connection, names));
    }
  }

  /**
   * Deletes the target's.
   *
   * @param target the fences of the target
   */
  void forget(WorkflowRecord record, ShardFences target) throws InterruptedException {
    Endpoint holder = keyspaces.apply(record, FenceSide.TARGET).shards().get(0).primary();
    IdHandover.Guard nothing =
        (action, change) -> {
          throw new IllegalStateException(action);
        };
    try (IdHandover ids = handover(record, FenceSide.SOURCE, nothing, nothing)) {
      target.exclusively(
          (primary, pieces) -> {
            if (primary.equals(holder)) {
              pieces.run("delete the sequences of " + record.spec().target(), ids::forget);
            }
          });
    }
  }

  private IdHandover handover(
      WorkflowRecord record, FenceSide losing, IdHandover.Guard from, IdHandover.Guard to) {
    return new IdHandover(
        sessions,
        sidecar,
        side(record, losing, from),
        side(record, other(losing), to),
        wanted(record));
  }

  private IdHandover.Side side(WorkflowRecord record, FenceSide side, IdHandover.Guard guard) {
    Keyspace keyspace = keyspaces.apply(record, side);
    Endpoint primary = keyspace.shards().get(0).primary();
    try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
      IdColumns columns = IdColumns.read(connection, primary.schema(), tables(record));
      return new IdHandover.Side(keyspace, columns, guard);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the columns of " + primary);
    }
  }

  private IdHandover.Guard guard(Fence fence) {
    return (action, change) -> fence.exclusively(controllerEpoch, action, change::on);
  }

  private Fence lowest(WorkflowRecord record, FenceSide side) {
    return fences.make(record, side, keyspaces.apply(record, side).shards().get(0));
  }

  private static boolean wanted(WorkflowRecord record) {
    return record.spec().options().sequences().equals("auto");
  }

  private static List<String> tables(WorkflowRecord record) {
    return record.plan().tables().stream().map(TablePlan::name).toList();
  }

  private static FenceSide other(FenceSide side) {
    return side == FenceSide.SOURCE ? FenceSide.TARGET : FenceSide.SOURCE;
  }
}
