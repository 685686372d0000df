package dev.sluice.vdiff.job;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.vdiff.scan.Lane;
import dev.sluice.vdiff.scan.Moment;
import dev.sluice.vdiff.topology.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Everything that is compared in one moment: lanes take steps, the topology's outcomes lead to
 * further steps, finished chunks wait to be written. Thread-safe.
 */
final class MomentScan {

  /**
   * Chunks that are between their digest and their result: what the topology's state is bound by.
   */
  private static final int MOST_IN_FLIGHT = 24;

  private static final int KEYS_OF_A_BATCH = 200;
  private static final long WAIT_MILLIS = 100;

  /** How long the topology may take for an answer, a rebalance of its processes included. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  /** Something a lane does. */
  interface Step {
    void run(Lane lane) throws InterruptedException;
  }

  private final Moment moment;
  private final Collection<TableScan> tables;
  private final ChunkSteps steps;
  private final ScanPace pace;
  private final BooleanSupplier closing;
  private final BooleanSupplier stopped;
  private final Map<String, Set<List<String>>> keysToCheck = new HashMap<>();
  private final Deque<Step> followUps = new ArrayDeque<>();
  private final Map<String, Expected> waiting = new HashMap<>();
  private final Set<Chunk> inFlight = new HashSet<>();
  private final List<Chunk> finished = new ArrayList<>();
  private Iterator<TableScan> turn;
  private SluiceException failure;
  private int running;
  private boolean closed;

  /** An outcome that has not come yet. */
  private record Expected(Waiting then, long sinceNanos) {}

  /** What an outcome leads to. */
  interface Waiting {
    void on(Outcome outcome);
  }

  /**
   * @param closing true when no new chunk is to be begun
   * @param stopped true when nothing is to be waited for any more
   */
  MomentScan(
      Moment moment,
      Collection<TableScan> tables,
      ChunkSteps steps,
      ScanPace pace,
      BooleanSupplier closing,
      BooleanSupplier stopped) {
    this.stopped = stopped;
    this.moment = moment;
    this.tables = tables;
    this.steps = steps;
    this.pace = pace;
    this.closing = closing;
    this.turn = tables.iterator();
    for (TableScan table : tables) {
      Set<List<String>> keys = new LinkedHashSet<>(table.keys().open());
      keys.removeAll(moment.inDoubt(table.name()));
      if (!keys.isEmpty()) {
        keysToCheck.put(table.name(), keys);
      }
    }
  }

  Moment moment() {
    return moment;
  }

  /** Starts a thread for each lane; {@link #over} tells when they have ended. */
  void start() {
    int number = 0;
    synchronized (this) {
      running = moment.lanes().size();
    }
    for (Lane lane : moment.lanes()) {
      Thread thread = new Thread(() -> work(lane), "vdiff-lane-" + number++);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void work(Lane lane) {
    try {
      for (Step step = next(); step != null; step = next()) {
        step.run(lane);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      synchronized (this) {
        running--;
        notifyAll();
      }
    }
  }

  /** Ends the scan with an error. */
  void fail(Throwable error) {
    SluiceException known = new ErrorClassifier().classifyAny(error, "compare rows");
    synchronized (this) {
      failure = failure == null ? known : failure;
      notifyAll();
    }
  }

  private synchronized Step next() throws InterruptedException {
    while (failure == null && !stopped.getAsBoolean()) {
      Step step = pace.mayScan() ? ready() : null;
      if (step != null) {
        return step;
      }
      if (inFlight.isEmpty() && (closing.getAsBoolean() || nothingLeft())) {
        notifyAll();
        return null;
      }
      wait(WAIT_MILLIS);
    }
    return null;
  }

  private Step ready() {
    Step step = followUps.poll();
    if (step == null && inFlight.size() < MOST_IN_FLIGHT && !closing.getAsBoolean()) {
      step = fresh();
    }
    return step;
  }

  /** A table that is compared in one scan and under way; null when there is none. */
  synchronized String inOneScan() {
    return inFlight.stream()
        .map(Chunk::table)
        .filter(table -> !table.sides().ordered())
        .map(TableScan::name)
        .findFirst()
        .orElse(null);
  }

  private boolean nothingLeft() {
    return keysToCheck.isEmpty()
        && tables.stream().allMatch(table -> table.handedOut() && !table.busy());
  }

  private Step fresh() {
    if (!keysToCheck.isEmpty()) {
      Map.Entry<String, Set<List<String>>> entry = keysToCheck.entrySet().iterator().next();
      TableScan table = table(entry.getKey());
      Set<List<String>> batch = new LinkedHashSet<>();
      Iterator<List<String>> keys = entry.getValue().iterator();
      while (keys.hasNext() && batch.size() < KEYS_OF_A_BATCH) {
        batch.add(keys.next());
        keys.remove();
      }
      if (entry.getValue().isEmpty()) {
        keysToCheck.remove(entry.getKey());
      }
      Chunk chunk = table.take(batch);
      inFlight.add(chunk);
      return lane -> steps.rows(this, chunk, null, lane);
    }
    for (int i = 0; i < tables.size(); i++) {
      if (!turn.hasNext()) {
        turn = tables.iterator();
      }
      TableScan table = turn.next();
      if (table.busy()) {
        continue;
      }
      Chunk redo = table.pollRedo();
      if (redo != null) {
        inFlight.add(redo);
        return lane -> steps.digest(this, redo, lane);
      }
      if (!table.exhausted()) {
        table.busy(true);
        return lane -> steps.next(this, table, lane);
      }
    }
    return null;
  }

  private TableScan table(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * Takes the next chunk of a table, whose end has been found.
   *
   * @param bounds where its parts end; none when it goes to the table's end
   * @throws SluiceException when the moment is over
   */
  synchronized Chunk take(TableScan table, List<List<String>> bounds) {
    if (closed) {
      throw new SluiceException(
          ErrorCode.VDIFF_MOMENT_LOST, "the moment is over", "none; it is tried again");
    }
    Chunk chunk = table.take(bounds);
    table.busy(false);
    inFlight.add(chunk);
    notifyAll();
    return chunk;
  }

  /** Says what is to be done when the topology has spoken of the attempt; before it is sent. */
  synchronized void await(String attempt, Waiting then) {
    waiting.put(attempt, new Expected(then, System.nanoTime()));
  }

  /** Takes what the topology says; attempts of others are passed over. */
  synchronized void onOutcome(Outcome outcome) {
    Expected expected = closed ? null : waiting.remove(outcome.attempt());
    if (expected != null) {
      try {
        expected.then().on(outcome);
      } catch (RuntimeException e) {
        fail(e);
      }
    }
  }

  synchronized void follow(Step step) {
    if (closed) {
      return;
    }
    followUps.add(step);
    notifyAll();
  }

  /** A chunk has its result; nothing happens when it was given back already. */
  synchronized void finish(Chunk chunk) {
    if (inFlight.remove(chunk)) {
      finished.add(chunk);
      notifyAll();
    }
  }

  /** Chunks that are finished and not written yet; they are the caller's from now on. */
  synchronized List<Chunk> takeFinished() {
    List<Chunk> taken = List.copyOf(finished);
    finished.clear();
    return taken;
  }

  /** Waits for something to write; answers whether all lanes have ended or one has failed. */
  synchronized boolean awaitWork(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (running > 0 && failure == null && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    long oldest = System.nanoTime() - ANSWER_LIMIT.toNanos();
    if (waiting.values().stream().anyMatch(expected -> expected.sinceNanos() < oldest)) {
      fail(
          new SluiceException(
              ErrorCode.VDIFF_MOMENT_LOST,
              "nobody has compared digests for " + ANSWER_LIMIT.toSeconds() + " s",
              "look at the logs of the processes with the role vdiff, and at the brokers"));
    }
    return running == 0 || failure != null;
  }

  /** Waits until no lane is at work any more; their connections have been cut if one has failed. */
  synchronized void awaitLanes(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (running > 0 && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
  }

  synchronized boolean failed() {
    return failure != null;
  }

  /**
   * Ends the scan: from here on nothing changes any more. Chunks that are not finished are given
   * back, for the next moment; the finished ones are to be taken afterwards.
   *
   * @return why the scan failed, or null
   */
  synchronized SluiceException close() {
    closed = true;
    inFlight.forEach(chunk -> chunk.table().giveBack(chunk));
    inFlight.clear();
    waiting.clear();
    followUps.clear();
    tables.forEach(table -> table.busy(false));
    return failure;
  }
}
