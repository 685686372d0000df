package dev.sluice.tests.simulation;

/**
 * A process that holds one unit of work. It can be killed, or overtaken, at each of the places
 * where it touches the world outside. Not thread-safe.
 */
abstract class SimulatedProcess {

  /** The process is no more; an error, so that nothing tidies up after it. */
  static final class Killed extends Error {

    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  final String name;
  private final World world;
  private boolean dead;
  private boolean running;

  SimulatedProcess(String name, World world) {
    this.name = name;
    this.world = world;
  }

  final World world() {
    return world;
  }

  /** Does a piece of work; answers false when there was nothing to do. */
  protected abstract boolean step() throws InterruptedException;

  /** What servers see when the process is gone. */
  protected abstract void gone();

  /** Runs a step; not from within one. */
  final boolean run() throws InterruptedException {
    running = true;
    try {
      return step();
    } finally {
      running = false;
    }
  }

  final boolean running() {
    return running;
  }

  final boolean dead() {
    return dead;
  }

  final void kill() {
    if (!dead) {
      dead = true;
      gone();
    }
  }

  /** The process touches the world: here it may die, or lose time in which others go on. */
  final void at(String place) {
    if (dead) {
      throw new Killed();
    }
    world.interrupt(this, place);
    if (dead) {
      throw new Killed();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
