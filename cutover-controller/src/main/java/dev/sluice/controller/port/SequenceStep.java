package dev.sluice.controller.port;

/**
 * Ids that applications draw on the gaining side: above every id of the losing one. Made with what
 * is slow done already. Used by one thread.
 */
public interface SequenceStep extends AutoCloseable {

  /** Raises what is too low, looking at the losing side as it is now; never lowers. */
  void raise() throws InterruptedException;

  @Override
  void close();
}
