package dev.sluice.server.units;

import dev.sluice.schemas.status.StatusPublisher;
import dev.sluice.schemas.work.WorkMembership;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.server.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the units of one role that fall to this process: those whose partition it owns and whose
 * record says that they run. Thread-safe.
 */
public final class UnitSupervisor implements WorkMembership.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UnitSupervisor.class);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration REVOKE_LIMIT = Duration.ofSeconds(8);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(12);
  private static final Duration INTERRUPT_LIMIT = Duration.ofSeconds(3);

  private final Role role;
  private final UnitFactory factory;
  private final Supplier<Iterable<WorkflowRecord>> records;
  private final SupervisedUnit.Sink sink;
  private final Clock clock;
  private final Map<UnitKey, SupervisedUnit> units = new HashMap<>();
  private final Set<Integer> owned = new HashSet<>();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  public UnitSupervisor(
      Role role,
      UnitFactory factory,
      WorkflowDirectory directory,
      StatusPublisher publisher,
      Clock clock) {
    this(
        role,
        factory,
        directory::records,
        (key, status, mark, generation) ->
            publisher.publish(key.statusKey(), status, mark, generation),
        clock);
    directory.addListener(record -> wake.release());
  }

  UnitSupervisor(
      Role role,
      UnitFactory factory,
      Supplier<Iterable<WorkflowRecord>> records,
      SupervisedUnit.Sink sink,
      Clock clock) {
    this.role = role;
    this.factory = factory;
    this.records = records;
    this.sink = sink;
    this.clock = clock;
    this.thread = new Thread(this::run, "units-" + role.word());
    thread.setDaemon(true);
  }

  public UnitSupervisor start() {
    thread.start();
    return this;
  }

  /** Number of units that run now. */
  public int running() {
    synchronized (units) {
      return (int) units.values().stream().filter(SupervisedUnit::running).count();
    }
  }

  @Override
  public void assigned(Set<Integer> partitions) {
    synchronized (units) {
      owned.addAll(partitions);
    }
    wake.release();
  }

  @Override
  public void revoked(Set<Integer> partitions) {
    List<SupervisedUnit> leaving = new ArrayList<>();
    synchronized (units) {
      owned.removeAll(partitions);
      units.values().stream()
          .filter(unit -> partitions.contains(unit.key().partition()))
          .forEach(leaving::add);
      leaving.forEach(unit -> units.remove(unit.key()));
    }
    end(leaving, REVOKE_LIMIT);
  }

  private void run() {
    try {
      while (!closed) {
        if (wake.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
        reconcile();
      }
    } catch (InterruptedException e) {
      LOG.atDebug().addKeyValue("role", role.word()).log("supervisor interrupted");
    }
  }

  /** Brings every unit to what its record says. */
  void reconcile() {
    synchronized (units) {
      if (closed) {
        return;
      }
      Map<UnitKey, WorkflowRecord> due = new HashMap<>();
      for (WorkflowRecord record : records.get()) {
        keys(record).stream()
            .filter(key -> owned.contains(key.partition()))
            .forEach(key -> due.put(key, record));
      }
      due.forEach(
          (key, record) ->
              units
                  .computeIfAbsent(
                      key, k -> new SupervisedUnit(k, factory, sink, wake::release, clock))
                  .reconcile(record, true));
      units
          .values()
          .removeIf(
              unit -> {
                boolean gone = !due.containsKey(unit.key());
                if (gone) {
                  unit.askStop();
                }
                return gone && !unit.running();
              });
    }
  }

  private List<UnitKey> keys(WorkflowRecord record) {
    List<UnitKey> keys = new ArrayList<>();
    if (record.plan() == null || record.state().ended()) {
      return keys;
    }
    keys.addAll(keys(record, Direction.FORWARD));
    if (record.hasReverse()) {
      keys.addAll(keys(record, Direction.REVERSE));
    }
    return keys;
  }

  private List<UnitKey> keys(WorkflowRecord record, Direction direction) {
    List<UnitKey> keys = new ArrayList<>();
    List<String> shards =
        role == Role.CAPTURE
            ? record.plan().readShards(direction)
            : record.plan().writtenShards(direction);
    for (int number = 0; number < shards.size(); number++) {
      keys.add(
          new UnitKey(role, record.name(), record.uuid(), direction, shards.get(number), number));
    }
    return keys;
  }

  /** Stops units; those that do not end in time are interrupted. */
  private void end(List<SupervisedUnit> leaving, Duration limit) {
    leaving.forEach(SupervisedUnit::askStop);
    Instant end = clock.instant().plus(limit);
    try {
      List<SupervisedUnit> left = await(leaving, end);
      left.forEach(SupervisedUnit::interrupt);
      List<SupervisedUnit> stuck = await(left, clock.instant().plus(INTERRUPT_LIMIT));
      if (!stuck.isEmpty()) {
        LOG.atError()
            .addKeyValue("units", stuck.stream().map(SupervisedUnit::key).toList())
            .log("units did not end; their successors fence them");
      }
    } catch (InterruptedException e) {
      leaving.forEach(SupervisedUnit::interrupt);
      Thread.currentThread().interrupt();
    }
  }

  private List<SupervisedUnit> await(List<SupervisedUnit> all, Instant end)
      throws InterruptedException {
    List<SupervisedUnit> left = new ArrayList<>();
    for (SupervisedUnit unit : all) {
      if (!unit.awaitEnd(Duration.between(clock.instant(), end))) {
        left.add(unit);
      }
    }
    return left;
  }

  /** Looks a unit up; for tests. */
  Optional<SupervisedUnit> unit(UnitKey key) {
    synchronized (units) {
      return Optional.ofNullable(units.get(key));
    }
  }

  /** Stops every unit and the supervisor; bounded in time. */
  @Override
  public void close() {
    List<SupervisedUnit> all;
    synchronized (units) {
      closed = true;
      all = List.copyOf(units.values());
    }
    wake.release();
    end(all, CLOSE_LIMIT);
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
