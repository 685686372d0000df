package dev.sluice.apply.core;

/**
 * Port: where the core gets its pieces from: the planner itself, or a hand-over from the feed's
 * thread.
 */
@FunctionalInterface
public interface PieceSource {

  /**
   * The next piece.
   *
   * @return null when none is ready; implementations may wait a bounded time
   */
  Piece poll() throws InterruptedException;
}
