package dev.sluice.controller.servers;

import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.Drain;
import dev.sluice.controller.port.SequenceStep;
import dev.sluice.controller.port.SideFence;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.FencePlace;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.fence.Fences;
import dev.sluice.mysql.fence.OpenTransactions;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.schemas.routing.RouterAcks;
import dev.sluice.schemas.vdiff.VDiffDirectory;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link CutoverServers} on real servers and in Kafka. Thread-safe. */
public final class LiveCutoverServers implements CutoverServers, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LiveCutoverServers.class);

  private final MySqlSessions sessions;
  private final String sidecar;
  private final Map<String, Keyspace> keyspaces;
  private final KafkaSettings kafka;
  private final SchemaIds ids;
  private final VDiffDirectory vdiffs;
  private final long controllerEpoch;
  private final Fences fences;
  private final RequestWriter requests;
  private final RouterAcks routers;
  private final LiveSequences sequences;

  /**
   * @param vdiffs started
   * @param controllerEpoch of the controller that this is made for
   */
  public LiveCutoverServers(
      String sidecar,
      Map<String, Keyspace> keyspaces,
      KafkaSettings kafka,
      SchemaIds ids,
      VDiffDirectory vdiffs,
      long controllerEpoch) {
    this.sessions = new MySqlSessions("sluice-controller");
    this.sidecar = sidecar;
    this.keyspaces = keyspaces;
    this.kafka = kafka;
    this.ids = ids;
    this.vdiffs = vdiffs;
    this.controllerEpoch = controllerEpoch;
    this.fences = new Fences(sessions, sidecar);
    this.requests = new RequestWriter(kafka);
    this.routers = new RouterAcks(kafka).start();
    this.sequences =
        new LiveSequences(sessions, sidecar, controllerEpoch, this::keyspace, this::fence);
  }

  @Override
  public SideFence fence(WorkflowRecord record, FenceSide side) {
    return fences(record, side);
  }

  private ShardFences fences(WorkflowRecord record, FenceSide side) {
    Map<String, Fence> all = new LinkedHashMap<>();
    for (Shard shard : keyspace(record, side).shards()) {
      all.put(shard.name(), fence(record, side, shard));
    }
    return new ShardFences(all, controllerEpoch, this::sidecarExists);
  }

  private Fence fence(WorkflowRecord record, FenceSide side, Shard shard) {
    FenceKind kind = FenceKind.of(record.spec().options().fence());
    List<String> tables = record.plan().tables().stream().map(TablePlan::name).toList();
    FenceId id = new FenceId(record.uuid(), side, shard.name());
    return fences.of(kind, new FencePlace(id, record.name(), shard.primary(), tables));
  }

  private boolean sidecarExists(Endpoint primary) {
    try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
      return new Sidecar(sidecar).exists(connection);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "look for the sidecar on " + primary);
    }
  }

  @Override
  public Drain drain(WorkflowRecord record, FenceSide losing) throws InterruptedException {
    Direction direction = losing == FenceSide.SOURCE ? Direction.FORWARD : Direction.REVERSE;
    int streams = record.plan().readShards(direction).size();
    AfterFence after = new AfterFence(streams);
    JournalFollower follower =
        new JournalFollower(kafka, record.name(), direction, streams, ids, after);
    Map<String, Endpoint> written = primaries(record, FenceSide.writtenBy(direction));
    follower.start();
    return new JournalDrain(record, direction, follower, after, sessions, written, sidecar);
  }

  @Override
  public SequenceStep sequences(WorkflowRecord record, FenceSide gaining) {
    return sequences.step(record, gaining);
  }

  @Override
  public void openSequences(WorkflowRecord record, FenceSide side) {
    sequences.open(record, side);
  }

  @Override
  public void forgetSequences(WorkflowRecord record) throws InterruptedException {
    try (ShardFences fences = fences(record, FenceSide.TARGET)) {
      sequences.forget(record, fences);
    }
  }

  @Override
  public List<String> openTransactions(
      WorkflowRecord record, FenceSide side, Duration olderThan, long rows) {
    List<String> found = new ArrayList<>();
    primaries(record, side)
        .forEach(
            (shard, primary) -> {
              try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
                found.addAll(
                    OpenTransactions.find(connection, primary.toString(), olderThan, rows));
              } catch (SQLException e) {
                throw new ErrorClassifier().classify(e, "look for open transactions on " + primary);
              }
            });
    return found;
  }

  @Override
  public void voidHolds(WorkflowRecord record, Instant until) throws InterruptedException {
    requests.write(record.name(), new Request.HoldsVoided(record.uuid(), until));
  }

  @Override
  public void awaitRouters(long rulesEpoch, Duration limit) throws InterruptedException {
    Set<String> late = routers.await(rulesEpoch, limit);
    if (!late.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("routers", late)
          .log("routers have not acknowledged the hold in time; the fence does without them");
    }
  }

  @Override
  public Optional<VDiffEntry> lastVDiff(WorkflowRecord record) {
    return vdiffs.last(record.uuid());
  }

  @Override
  public List<String> renameProblems(WorkflowRecord record) {
    List<String> problems = new ArrayList<>();
    for (String table : SourceTables.notRenamable(record)) {
      problems.add("table " + table + " has too long a name for " + SourceTables.oldName(table));
    }
    primaries(record, FenceSide.SOURCE)
        .forEach(
            (shard, primary) -> {
              try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
                new SourceTables(record)
                    .oldPresent(connection, primary)
                    .forEach(table -> problems.add(table + " exists on " + primary + " already"));
              } catch (SQLException e) {
                throw new ErrorClassifier().classify(e, "read the tables of " + primary);
              }
            });
    return problems;
  }

  @Override
  public void removeSourceTables(WorkflowRecord record, boolean rename)
      throws InterruptedException {
    SourceTables tables = new SourceTables(record);
    try (ShardFences fences = fences(record, FenceSide.SOURCE)) {
      fences.exclusively(rename ? tables::rename : tables::drop);
    }
  }

  @Override
  public List<String> removeTargetTables(WorkflowRecord record) throws InterruptedException {
    Set<String> left = new ConcurrentSkipListSet<>();
    try (ShardFences fences = fences(record, FenceSide.TARGET)) {
      fences.exclusively(
          (primary, pieces) -> TargetTables.drop(record, primary, pieces, left::add));
    }
    return List.copyOf(left);
  }

  @Override
  public void deleteSidecarRows(WorkflowRecord record) throws InterruptedException {
    SidecarRows rows = new SidecarRows(new Sidecar(sidecar));
    for (FenceSide side : FenceSide.values()) {
      try (ShardFences fences = fences(record, side)) {
        fences.exclusively(
            (primary, pieces) ->
                pieces.run(
                    "delete checkpoints on " + primary,
                    connection -> rows.delete(connection, record)));
      }
    }
  }

  /** Primaries of a side, by shard. */
  private Map<String, Endpoint> primaries(WorkflowRecord record, FenceSide side) {
    Map<String, Endpoint> primaries = new LinkedHashMap<>();
    for (Shard shard : keyspace(record, side).shards()) {
      primaries.put(shard.name(), shard.primary());
    }
    return primaries;
  }

  private Keyspace keyspace(WorkflowRecord record, FenceSide side) {
    String name = side == FenceSide.SOURCE ? record.spec().source() : record.spec().target();
    Keyspace keyspace = keyspaces.get(name);
    if (keyspace == null) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "keyspace " + name + " is not in this controller's sluice.yaml",
          "add the keyspace to sluice.yaml and restart the server");
    }
    return keyspace;
  }

  @Override
  public void close() {
    requests.close();
    routers.close();
  }
}
