package dev.sluice.controller.upkeep;

import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.status.WorkflowStatus.ErrorView;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the active controller does for every open workflow, over and over, on a thread of its own:
 * topics keep what is needed and lose what is not, and binary logs are watched. Nothing else waits
 * for it. {@link #warnings} is thread-safe.
 */
public final class Upkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Duration WATCH = Duration.ofSeconds(15);
  private static final Duration SETTINGS_AGAIN = Duration.ofMinutes(10);

  /**
   * What upkeep works with.
   *
   * @param keepApplied how long applied records stay
   */
  public record Tools(
      KafkaSettings kafka,
      SchemaIds schemaIds,
      TopicAdmin admin,
      MoveTopics topics,
      MoveServers servers,
      UnitStatuses statuses,
      WorkflowRecords records,
      Map<String, Keyspace> keyspaces,
      Duration keepApplied,
      PausePoints pausePoints,
      Clock clock) {}

  private record Checked(long generation, Instant at) {}

  private final Tools tools;
  private final BinlogWatch binlogs;
  private final Map<String, Map<Direction, Trimmer>> trimmers = new HashMap<>();
  private final Map<String, Checked> settings = new HashMap<>();
  private final Map<String, Instant> watched = new HashMap<>();
  private final Map<String, List<ErrorView>> warnings = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "upkeep");

  public Upkeep(Tools tools) {
    this.tools = tools;
    this.binlogs = new BinlogWatch(tools.servers());
    thread.setDaemon(true);
  }

  public Upkeep start() {
    thread.start();
    return this;
  }

  /** What will stop a workflow if nobody does something, as far as is known. */
  public List<ErrorView> warnings(String workflowUuid) {
    return warnings.getOrDefault(workflowUuid, List.of());
  }

  private void run() {
    try (Journals journals = new Journals(tools.kafka(), tools.schemaIds())) {
      while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        Set<String> open = new HashSet<>();
        for (WorkflowRecord record : tools.records().all()) {
          if (hasTopics(record)) {
            open.add(record.uuid());
            care(record, journals);
          }
        }
        trimmers.keySet().retainAll(open);
        settings.keySet().retainAll(open);
        watched.keySet().retainAll(open);
        warnings.keySet().retainAll(open);
      }
    } catch (InterruptedException e) {
      LOG.atDebug().log("upkeep interrupted");
    }
  }

  private static boolean hasTopics(WorkflowRecord record) {
    boolean made =
        switch (record.state()) {
          case CREATED, CANCELLING, CANCELLED, COMPLETING, COMPLETED -> false;
          case STOPPED, ERROR -> record.resumeState() != WorkflowState.CREATED;
          default -> true;
        };
    return made && record.plan() != null;
  }

  private void care(WorkflowRecord record, Journals journals) {
    Instant now = tools.clock().instant();
    attempt(record, "check the topics' settings", () -> keep(record, now));
    attempt(record, "delete applied records", () -> trim(record, journals, now));
    Instant last = watched.get(record.uuid());
    if (last == null || !last.plus(WATCH).isAfter(now)) {
      watched.put(record.uuid(), now);
      attempt(record, "look at the binary logs", () -> watch(record, journals, now));
    }
  }

  private static void attempt(WorkflowRecord record, String what, Runnable work) {
    try {
      work.run();
    } catch (SluiceException e) {
      LOG.atInfo()
          .addKeyValue("workflow", record.name())
          .addKeyValue("reason", e.getMessage())
          .log("cannot {} now; trying again", what);
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      LOG.atWarn().addKeyValue("workflow", record.name()).setCause(e).log("cannot {}", what);
    }
  }

  /** Somebody may have given a topic a retention since; each start looks at once. */
  private void keep(WorkflowRecord record, Instant now) {
    Checked before = settings.get(record.uuid());
    if (before != null
        && before.generation() == record.generation()
        && before.at().plus(SETTINGS_AGAIN).isAfter(now)) {
      return;
    }
    Set<String> corrected = tools.topics().keepForEver(record);
    if (!corrected.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("workflow", record.name())
          .addKeyValue("topics", corrected)
          .log(
              "topics would have lost records by retention or compaction; their settings are corrected");
    }
    settings.put(record.uuid(), new Checked(record.generation(), now));
  }

  private void trim(WorkflowRecord record, Journals journals, Instant now) {
    List<ApplierStatus> appliers =
        tools.statuses().appliers(record.uuid()).stream().map(StatusBoard.Entry::status).toList();
    Map<Direction, Trimmer> both =
        trimmers.computeIfAbsent(record.uuid(), uuid -> new EnumMap<>(Direction.class));
    for (Direction direction : directions(record)) {
      both.computeIfAbsent(
              direction,
              d -> new Trimmer(record, d, tools.admin(), tools.keepApplied(), tools.pausePoints()))
          .tick(appliers, journals, now);
    }
  }

  private void watch(WorkflowRecord record, Journals journals, Instant now) {
    List<ErrorView> found = new ArrayList<>();
    for (Direction direction : directions(record)) {
      watch(record, direction, journals, now, found);
    }
    warnings.put(record.uuid(), found);
  }

  private void watch(
      WorkflowRecord record,
      Direction direction,
      Journals journals,
      Instant now,
      List<ErrorView> found) {
    boolean forward = direction == Direction.FORWARD;
    Keyspace side =
        tools.keyspaces().get(forward ? record.spec().source() : record.spec().target());
    if (side == null) {
      return;
    }
    String journal = TopicNames.of(record.name(), direction).journal();
    List<String> shards = record.plan().readShards(direction);
    for (int stream = 0; stream < shards.size(); stream++) {
      Shard shard = side.shard(shards.get(stream));
      Endpoint read = forward ? read(record, shard) : shard.primary();
      String name = record.name() + "/" + direction.word() + "/" + shards.get(stream);
      journals
          .last(new TopicPartition(journal, stream))
          .flatMap(cut -> binlogs.look(name, read, cut, now))
          .ifPresent(found::add);
    }
  }

  private static List<Direction> directions(WorkflowRecord record) {
    return record.hasReverse() ? List.of(Direction.values()) : List.of(Direction.FORWARD);
  }

  private static Endpoint read(WorkflowRecord record, Shard shard) {
    return record.spec().options().readsReplica()
        ? shard.replica().orElse(shard.primary())
        : shard.primary();
  }

  /** Ends the thread; waits some seconds at most. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(3_000);
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(2_000);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
