package dev.sluice.vdiff.job;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.vdiff.scan.KeyRef;
import dev.sluice.vdiff.scan.Lane;
import dev.sluice.vdiff.scan.Moment;
import dev.sluice.vdiff.topology.Outcome;
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

  /** Something a lane does. */
  interface Step {
    void run(Lane lane) throws InterruptedException;
  }

  private final Moment moment;
  private final Collection<TableScan> tables;
  private final ChunkSteps steps;
  private final BooleanSupplier closing;
  private final Map<String, Set<KeyRef>> keysToCheck = new HashMap<>();
  private final Deque<Step> followUps = new ArrayDeque<>();
  private final Map<String, Waiting> waiting = new HashMap<>();
  private final Set<Chunk> inFlight = new HashSet<>();
  private final List<Chunk> finished = new ArrayList<>();
  private Iterator<TableScan> turn;
  private SluiceException failure;
  private int running;

  /** What an outcome leads to. */
  interface Waiting {
    void on(Outcome outcome);
  }

  /**
   * @param closing true when no new chunk is to be begun
   */
  MomentScan(
      Moment moment, Collection<TableScan> tables, ChunkSteps steps, BooleanSupplier closing) {
    this.moment = moment;
    this.tables = tables;
    this.steps = steps;
    this.closing = closing;
    this.turn = tables.iterator();
    for (TableScan table : tables) {
      Set<KeyRef> keys = new LinkedHashSet<>(table.open());
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
    while (failure == null) {
      Step step = followUps.poll();
      if (step == null && inFlight.size() < MOST_IN_FLIGHT && !closing.getAsBoolean()) {
        step = fresh();
      }
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

  private boolean nothingLeft() {
    return keysToCheck.isEmpty()
        && tables.stream().allMatch(table -> table.handedOut() && !table.busy());
  }

  private Step fresh() {
    if (!keysToCheck.isEmpty()) {
      Map.Entry<String, Set<KeyRef>> entry = keysToCheck.entrySet().iterator().next();
      TableScan table = table(entry.getKey());
      Set<KeyRef> batch = new LinkedHashSet<>();
      Iterator<KeyRef> keys = entry.getValue().iterator();
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

  /** Takes the next chunk of a table, whose end has been found. */
  synchronized Chunk take(TableScan table, List<String> upTo) {
    Chunk chunk = table.take(upTo);
    table.busy(false);
    inFlight.add(chunk);
    notifyAll();
    return chunk;
  }

  /** Says what is to be done when the topology has spoken of the attempt; before it is sent. */
  synchronized void await(String attempt, Waiting then) {
    waiting.put(attempt, then);
  }

  /** Takes what the topology says; attempts of others are passed over. */
  void onOutcome(Outcome outcome) {
    Waiting then;
    synchronized (this) {
      then = waiting.remove(outcome.attempt());
    }
    if (then != null) {
      try {
        then.on(outcome);
      } catch (RuntimeException e) {
        fail(e);
      }
    }
  }

  synchronized void follow(Step step) {
    followUps.add(step);
    notifyAll();
  }

  synchronized void finish(Chunk chunk) {
    finished.add(chunk);
    inFlight.remove(chunk);
    notifyAll();
  }

  /** Chunks that are finished and not written yet; they are the caller's from now on. */
  synchronized List<Chunk> takeFinished() {
    List<Chunk> taken = List.copyOf(finished);
    finished.clear();
    return taken;
  }

  /** Waits for something to write; answers whether all lanes have ended. */
  synchronized boolean awaitWork(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (running > 0 && failure == null && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    return running == 0 || failure != null;
  }

  /**
   * Gives back what was not finished, for the next moment; answers why the scan failed, or null.
   */
  synchronized SluiceException giveBack() {
    inFlight.forEach(chunk -> chunk.table().giveBack(chunk));
    inFlight.clear();
    waiting.clear();
    followUps.clear();
    tables.forEach(table -> table.busy(false));
    return failure;
  }
}
