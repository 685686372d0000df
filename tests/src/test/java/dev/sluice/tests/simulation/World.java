package dev.sluice.tests.simulation;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One run: source servers, a broker, target shards, and for each stream and shard the process that
 * runs the real core. One thread, one clock, every choice from the seed. Not thread-safe.
 */
final class World {

  static final String WORKFLOW_UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private static final int MOST_TICKS = 60_000;

  /** Time for the last sweeps. */
  private static final int LAST_TICKS = 2_000;

  private static final long HEARTBEAT_MILLIS = 1_000;

  /** Ends of a process that the faults, or a rival, explain; a new one goes on. */
  private static final Set<ErrorCode> EXPECTED =
      EnumSet.of(
          ErrorCode.STREAM_BROKEN,
          ErrorCode.KAFKA_UNAVAILABLE,
          ErrorCode.MYSQL_UNAVAILABLE,
          ErrorCode.MYSQL_CONTENTION,
          ErrorCode.FENCED);

  final Mutant mutant;
  final Variation variation;
  final Trace trace;
  final Tally tally = new Tally();
  final Chance chance;
  final Settings settings;
  final Tables tables;
  final SimulatedClock clock = new SimulatedClock();
  final List<FakeServer> servers = new ArrayList<>();
  final FakeBroker broker;
  final List<FakeTarget> targets = new ArrayList<>();
  final List<JournalCheck> journalChecks = new ArrayList<>();
  final List<ShardCheck> shardChecks = new ArrayList<>();
  private final Workload workload;
  private final List<Seat> captures = new ArrayList<>();
  private final List<Seat> appliers = new ArrayList<>();
  private final FakeTargetSession[] sessions;
  private int transactionsLeft;
  private boolean faults;
  private boolean inStep;
  private int ticks;
  private int processes;
  private long lastHeartbeatMillis;
  private int foreignRows;

  World(long seed, Variation variation, Trace trace) {
    this.variation = variation;
    this.mutant = variation.mutant();
    this.trace = trace;
    this.chance = new Chance(seed);
    this.settings = new Settings(chance);
    this.tables = Tables.of(settings.sources, settings.targets);
    this.broker = new FakeBroker(chance, tables);
    for (int s = 0; s < tables.sources; s++) {
      FakeServer server = new FakeServer(s, clock);
      servers.add(server);
      journalChecks.add(new JournalCheck(this, server));
      int stream = s;
      captures.add(
          new Seat(
              () -> new CaptureProcess("capture-" + stream + "." + ++processes, this, stream)));
    }
    this.sessions = new FakeTargetSession[tables.targets];
    for (int m = 0; m < tables.targets; m++) {
      FakeTarget target = new FakeTarget(m, tables.sources);
      targets.add(target);
      shardChecks.add(new ShardCheck(this, target));
      appliers.add(new Seat(() -> applier(target)));
    }
    this.workload = new Workload(chance, tables, servers, settings.movesBetweenSources);
    this.transactionsLeft = settings.transactions;
  }

  private ApplierProcess applier(FakeTarget target) {
    int m = target.shard;
    ApplierProcess process =
        new ApplierProcess("applier-" + m + "." + ++processes, this, target, sessions[m]);
    sessions[m] = process.session();
    return process;
  }

  /**
   * Runs to the end.
   *
   * @throws InvariantViolated when one does not hold
   */
  void run() throws InterruptedException {
    servers.forEach(server -> workload.fill(server, settings.rows));
    faults = true;
    while (transactionsLeft > 0) {
      tick();
    }
    faults = false;
    workload.finish();
    while (!finished()) {
      targets.forEach(FakeTarget::removeForeign);
      for (int i = 0; i < 20; i++) {
        tick();
      }
      if (ticks > MOST_TICKS) {
        throw new InvariantViolated(
            Invariant.TERMINATION, "still at work after " + ticks + " ticks");
      }
    }
    for (int i = 0; i < LAST_TICKS && targets.stream().anyMatch(FakeTarget::hasParked); i++) {
      tick();
    }
    shardChecks.forEach(ShardCheck::finished);
  }

  private boolean finished() {
    for (int s = 0; s < tables.sources; s++) {
      Cut last = journalChecks.get(s).last();
      if (last == null
          || !last.consistent()
          || journalChecks.get(s).position() != servers.get(s).logged()) {
        return false;
      }
      for (FakeTarget target : targets) {
        if (target.busy()
            || !target.foreign().isEmpty()
            || target.place(s).cut() != last.number()) {
          return false;
        }
      }
    }
    return true;
  }

  private void tick() throws InterruptedException {
    ticks++;
    clock.pass(chance.oneIn(300) ? 6_000 : chance.below(25));
    int what = chance.below(100);
    if (what < 8) {
      write();
    } else if (what < 20) {
      chance.of(servers).showOne();
    } else if (what < 32) {
      chance.of(servers).executeOne();
    } else if (what < 40) {
      broker.markOne(chance.below(tables.sources));
    } else if (what < 66) {
      work(chance.of(captures));
    } else if (what < 97) {
      work(chance.of(appliers));
    } else if (faults) {
      fault();
    }
  }

  private void write() {
    FakeServer server = chance.of(servers);
    if (faults && transactionsLeft > 0) {
      transactionsLeft--;
      boolean huge = chance.oneIn(settings.hugeOneIn);
      int before = server.logged();
      workload.write(
          server, huge ? settings.hugeOperations : chance.between(1, settings.operations));
      if (server.logged() > before) {
        trace.say(
            () ->
                "source "
                    + server.number
                    + " commits "
                    + server.logged()
                    + " "
                    + server.transaction(server.logged()).writes().stream()
                        .map(Texts::write)
                        .toList());
      }
    }
    if (faults && chance.oneIn(8)) {
      workload.echo(server);
      tally.count(Happening.ECHO);
    }
    if (faults && clock.millis() - lastHeartbeatMillis >= HEARTBEAT_MILLIS) {
      lastHeartbeatMillis = clock.millis();
      server.writeHeartbeat(CaptureProcess.heartbeatId(server.number));
    }
  }

  private void work(Seat seat) throws InterruptedException {
    SimulatedProcess zombie = chance.oneIn(4) ? seat.zombie(chance) : null;
    SimulatedProcess process = zombie == null ? seat.current() : zombie;
    int steps = chance.between(1, 6);
    while (steps-- > 0 && !process.dead() && !process.running() && step(process)) {}
  }

  private boolean step(SimulatedProcess process) throws InterruptedException {
    try {
      return process.run();
    } catch (SimulatedProcess.Killed e) {
      tally.count(Happening.KILLED);
      trace.say(() -> process + " is dead");
    } catch (SluiceException e) {
      trace.say(() -> process + " ends: " + e.describe());
      process.kill();
      if (e.code() == ErrorCode.FENCED) {
        tally.count(Happening.FENCED);
      }
      boolean foreign = targets.stream().anyMatch(t -> !t.foreign().isEmpty());
      if (foreign && e.code() == ErrorCode.TARGET_REFUSED_ROW) {
        tally.count(Happening.REFUSED_ROW);
      } else if (!EXPECTED.contains(e.code())) {
        throw new InvariantViolated(
            Invariant.NO_UNEXPECTED_ERROR, process + " ends: " + e.describe());
      }
    }
    return false;
  }

  private void fault() {
    switch (chance.below(4)) {
      case 0 -> anySeat().current().kill();
      case 1 -> anySeat().overtake();
      case 2 -> timeOut();
      default -> foreignRow();
    }
  }

  private void timeOut() {
    if (broker.timeOut(chance.below(tables.sources))) {
      tally.count(Happening.KAFKA_TIME_OUT);
    }
  }

  private Seat anySeat() {
    return chance.of(chance.oneIn(2) ? captures : appliers);
  }

  /** Somebody else writes to a target that is consistent, or puts it right again. */
  private void foreignRow() {
    FakeTarget target = chance.of(targets);
    boolean consistent = true;
    for (int s = 0; s < tables.sources; s++) {
      consistent &= target.place(s).consistent();
    }
    if (!settings.foreignWriter || !consistent) {
      return;
    }
    if (!target.foreign().isEmpty()) {
      target.removeForeign();
      return;
    }
    Object[] row =
        Tables.accountRow(
            Tables.FOREIGN_IDS + ++foreignRows,
            (long) chance.between(1, 8) * tables.sources,
            null,
            1,
            tables.homeOn(chance.below(tables.sources), chance),
            -foreignRows);
    target.writeForeign(row);
    trace.say(() -> "somebody writes " + java.util.Arrays.toString(row) + " to " + target.shard);
  }

  /** A process touches the world: it may die here, or lose time in which others go on. */
  void interrupt(SimulatedProcess process, String place) {
    if (!faults) {
      return;
    }
    if (chance.oneIn(settings.killOneIn)) {
      trace.say(() -> process + " is killed at: " + place);
      process.kill();
    } else if (!inStep && chance.oneIn(settings.overtakeOneIn)) {
      inStep = true;
      trace.say(() -> process + " is slow at: " + place);
      trace.deeper();
      meanwhile(process);
      trace.back();
      inStep = false;
    }
  }

  private void meanwhile(SimulatedProcess process) {
    try {
      if (chance.oneIn(3)) {
        seatOf(process).overtake();
        tally.count(Happening.OVERTAKEN);
      }
      for (int i = chance.between(1, 40); i > 0; i--) {
        tick();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing here waits", e);
    }
  }

  private Seat seatOf(SimulatedProcess process) {
    for (List<Seat> seats : List.of(captures, appliers)) {
      for (Seat seat : seats) {
        if (seat.holds(process)) {
          return seat;
        }
      }
    }
    throw new IllegalStateException(process + " has no seat");
  }

  /** An operation fails by itself now. */
  boolean fails() {
    return faults && chance.oneIn(settings.failOneIn);
  }

  /** Something has not arrived yet. */
  boolean comesLate() {
    return chance.oneIn(settings.lateOneIn);
  }

  int ticks() {
    return ticks;
  }
}
