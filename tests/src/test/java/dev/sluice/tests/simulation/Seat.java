package dev.sluice.tests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One unit of work and the processes that hold it, or believe that they do. Not thread-safe. */
final class Seat {

  private static final int MOST_ZOMBIES = 3;

  private final Supplier<SimulatedProcess> maker;
  private final List<SimulatedProcess> zombies = new ArrayList<>();
  private SimulatedProcess current;

  Seat(Supplier<SimulatedProcess> maker) {
    this.maker = maker;
  }

  /** Who holds the unit; a new process when there is none. */
  SimulatedProcess current() {
    if (current == null || current.dead()) {
      current = maker.get();
    }
    return current;
  }

  /** A new process takes the unit while the old one still runs, or sleeps. */
  void overtake() {
    if (current != null && !current.dead() && zombies.size() < MOST_ZOMBIES) {
      zombies.add(current);
      current = maker.get();
    }
  }

  /** True for the process that holds the unit, and for those that believe so. */
  boolean holds(SimulatedProcess process) {
    return current == process || zombies.contains(process);
  }

  /** One that was overtaken; null when there is none. */
  SimulatedProcess zombie(Chance chance) {
    zombies.removeIf(SimulatedProcess::dead);
    return zombies.isEmpty() ? null : chance.of(zombies);
  }
}
